import Arguments
import Workflows

/// How new maps are laid out in a file.
struct StorageArguments: ArgumentGroup {
  static let title: String? = "Storage"

  @Option("The extents of a chunk; chosen by the axes unless given.", placeholder: "SHAPE") var chunks: Shape?
  @Option("How hard to compress, 1 fastest to 12 smallest.", .from(1, to: 12)) var level = 4
  @Option("Threads that compress; as many as there are cores unless given.", placeholder: "N", .atLeast(1))
  var threads: Int?
  @Option("Bytes of values in memory at a time.", placeholder: "SIZE") var memory: ByteCount?

  var options: StorageOptions {
    var options = StorageOptions()
    options.chunks = chunks?.extents
    options.level = level
    options.threads = threads
    options.memory = memory?.bytes
    return options
  }
}
