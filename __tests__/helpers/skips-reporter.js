/** Prints every skipped suite or test with its name, so that nothing is skipped silently. */
module.exports = class SkipsReporter {
  onRunComplete(_contexts, results) {
    for (const file of results.testResults)
      for (const test of file.testResults)
        if (test.status === 'pending') process.stderr.write(`skipped: ${test.fullName.replace(/ skipped$/, '')}\n`);
  }
};
