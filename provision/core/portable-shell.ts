/** Shell functions for hosts of any make, to be put before commands that call them. */
import { sh } from './sh';

/** `sha256 <file` prints the digest in hexadecimal: by GNU coreutils, or by the Perl program that BSDs and macOS have. */
export const sha256Function = sh`sha256() { if command -v sha256sum >/dev/null; then set -- $(sha256sum); else set -- $(shasum -a 256); fi; echo "$1"; }`;
