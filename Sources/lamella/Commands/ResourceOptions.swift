import Arguments
import Foundation

/// What work in memory may use; without influence on what it finds.
struct ResourceOptions: ArgumentGroup {
  @Option("Bytes of decoded data to keep between sweeps; has no influence on the result.", placeholder: "SIZE") var memory =
    ByteCount(512 << 20)
  @Option("Threads, as many as there are cores unless given; has no influence on the result.", placeholder: "N", .atLeast(1))
  var threads: Int?

  var used: (threads: Int, memory: Int) { (threads ?? ProcessInfo.processInfo.activeProcessorCount, memory.bytes) }
}
