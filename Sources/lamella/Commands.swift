import Arguments

/// Every command, in the order of the help.
let commands: [any Command.Type] = [
  ImportCommand.self,
  InfoCommand.self,
  FormatsCommand.self,
  ValidateCommand.self,
  VerifyCommand.self,
  DiffCommand.self,
  RecoverCommand.self,
  HistoryCommand.self,
  RerunCommand.self,
  PCACommand.self,
  NMFCommand.self,
  UnmixCommand.self,
  MaskCommand.self,
  SpectrumCommand.self,
  SubtractCommand.self,
  AbundancesCommand.self,
  QuantifyCommand.self,
  DetectCommand.self,
  SeriesCommand.self,
  FigureCommand.self,
  ReportCommand.self,
  ExportCommand.self,
  AdoptCommand.self,
  ArchiveCommand.self,
  RepackCommand.self,
  RemoveCommand.self,
  SimulateCommand.self,
  ElementsCommand.self,
  BenchmarkCommand.self,
  CompletionsCommand.self,
]

let lamella = Program(
  name: "lamella",
  version: version,
  summary: "Keep electron-microscopy maps in one HDF5 file, and work on them there",
  discussion: """
    A file holds maps (EDXS and EELS spectrum images, 4D-STEM scans), what is known about them, and every result \
    with what it was made from. HyperSpy, h5py and NeXus viewers open it as it is.

    Exit codes: 0 done; 1 the work ran and the answer is no (not valid, not as written, not the same); 2 wrong use; 3 what is \
    read is at fault; 4 what is written; 70 a bug; 130 stopped.
    """,
  commands: commands)
