/** `sluice doctor`: what is wrong, and what to do about it. Nothing is changed. */
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { registerDoctorAws } from './doctor-aws';
import { registerDoctorHost } from './doctor-host';

export function registerDoctor(program: Command, context: CliContext): void {
  const doctor = program.command('doctor').description('Find out what is wrong, with the cure of each finding.');
  registerDoctorAws(doctor, context);
  registerDoctorHost(doctor, context);
}
