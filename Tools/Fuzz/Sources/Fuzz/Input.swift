import Foundation

/// The files that inputs are written to, in memory, one after the other under the same names.
final class Input {
  /// The file that is given to the reader.
  let path: String
  private(set) var size = 0
  private let paths: [String]
  private let folder: String

  init(_ target: Target) {
    folder = "/dev/shm/lamella-fuzz-\(getpid())"
    mkdir(folder, 0o700)
    paths = target.endings.map { [folder] in "\(folder)/input\($0)" }
    // A sidecar is found by the reader itself.
    path = paths.first { !$0.hasSuffix(".json") } ?? ""
  }

  func write(_ bytes: UnsafeBufferPointer<UInt8>) {
    size = bytes.count
    guard paths.count > 1 else { return put(UnsafeRawBufferPointer(bytes), paths[0]) }
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    put(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[..<end])), paths[0])
    put(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[min(end + 1, bytes.count)...])), paths[1])
  }

  private func put(_ bytes: UnsafeRawBufferPointer, _ path: String) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0, Glibc.write(file, bytes.baseAddress, bytes.count) == bytes.count, close(file) == 0 else {
      perror(path)
      exit(1)
    }
  }

  /// Keeps a copy of the input beside the corpus, under a name of its own.
  func keep(_ name: String) {
    guard let folder = ProcessInfo.processInfo.environment["LAMELLA_FUZZ_KEEP"] else { return }
    try? FileManager.default.copyItem(atPath: path, toPath: "\(folder)/\(name)")
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
