import Arguments
import Store

/// How a file is laid out that is written anew.
struct LayoutArguments: ArgumentGroup {
  static let title: String? = "Storage"

  @Option("The extents of a chunk of the maps with as many dimensions.", placeholder: "SHAPE") var chunks: Shape?
  @Option(
    "How hard to compress, 1 fastest to 12 smallest; chunks that keep their extents stay as they are unless given.",
    placeholder: "LEVEL", .from(1, to: 12)) var level: Int?
  @Option("Threads that compress; as many as there are cores unless given.", placeholder: "N", .atLeast(1))
  var threads: Int?
  @Option("Bytes of values in memory at a time.", placeholder: "SIZE") var memory: ByteCount?

  /// - Parameter unlessGiven: how chunks are cut without `--chunks`.
  func options(unlessGiven usual: CopyOptions.Chunks) -> CopyOptions {
    var options = CopyOptions()
    options.chunks = chunks.map { .extents($0.extents) } ?? usual
    options.level = level
    if let threads { options.threads = threads }
    if let memory { options.memory = memory.bytes }
    return options
  }
}
