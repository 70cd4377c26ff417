"""The command line: `main` lists the commands; options, output, progress and ending are shared."""
