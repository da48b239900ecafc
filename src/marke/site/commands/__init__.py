"""The commands of `./marke`, one module each: HELP, add(parser) and run(arguments) -> exit status."""
