import Store

/// As `--version` prints it and results record it.
let version = Program.current.version
