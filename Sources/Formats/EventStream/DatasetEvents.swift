internal import Foundation
internal import HDF5
internal import Synchronization

/// Events in a dataset of 16-bit integers of an HDF5 file: a list, or the first column of a table.
struct DatasetEvents: EventSource {
  let dataset: Dataset
  let count: Int
  private let isTable: Bool
  private let format: String
  private let file: String

  /// Bytes of compressed events that are unpacked into memory; more go into a temporary file.
  static let maximalMemory = 32 << 20
  /// More than any usual filter packs into one byte.
  private static let greatestRatio = 4096

  init(_ dataset: Dataset, format: String, file: String) throws(FormatError) {
    self.dataset = dataset
    self.format = format
    self.file = file
    let shape = try readingHDF5(format, file) { () throws(HDF5Error) -> [Int] in
      guard case .integer(size: 2, _, _) = dataset.type else {
        throw Self.error(.typeMismatch, dataset, "holds elements of type \(dataset.type), not events of 16 bits")
      }
      switch dataset.layout {
      case .contiguous, .compact, .chunked: break
      case .virtual, .external:
        throw Self.error(.unsupported, dataset, "keeps its events in other places than the file")
      }
      let shape = try dataset.shape
      guard (1...2).contains(shape.count), shape.count == 1 || shape[1] > 0 || shape[0] == 0 else {
        throw Self.error(.damaged, dataset, "has the shape \(shape), which is no list of events")
      }
      // A shape without elements behind it would cost time without end.
      try dataset.checkClaims(beyond: 1 << 16)
      let stored = try dataset.storageSize
      guard shape[0] / Self.greatestRatio <= stored else {
        throw Self.error(.damaged, dataset, "claims \(shape[0]) events, for which \(stored) bytes are stored")
      }
      return shape
    }
    count = shape[0]
    isTable = shape.count == 2
  }

  private static func error(_ kind: HDF5Error.Kind, _ dataset: Dataset, _ problem: String) -> HDF5Error {
    HDF5Error(kind, call: "read", on: "\(dataset.file.path):\(dataset.path)", problem)
  }

  func read(_ range: Range<Int>) throws(FormatError) -> [UInt8] {
    try readingHDF5(format, file) { () throws(HDF5Error) in
      try dataset.readRaw(.box(isTable ? [range, 0..<1] : [range]), as: .integer(size: 2, signed: false, order: Self.native))
    }
  }

  private static let native: Datatype.ByteOrder = ByteOrder.native == .little ? .little : .big

  /// Several streams with their indices, made at the same time.
  static func indexed(
    _ events: [DatasetEvents], frameSize: Int, channelCount: Int
  ) throws(FormatError) -> [EventArray.Stream] {
    let found = Mutex<[Int: Result<EventArray.Stream, FormatError>]>([:])
    DispatchQueue.concurrentPerform(iterations: events.count) { number in
      let result = Result { () throws(FormatError) in
        try events[number].indexed(frameSize: frameSize, channelCount: channelCount)
      }
      found.withLock { $0[number] = result }
    }
    var streams: [EventArray.Stream] = []
    for (_, result) in (found.withLock { $0 }.sorted { $0.key < $1.key }) { streams.append(try result.get()) }
    return streams
  }

  /// The events with their index; compressed ones are unpacked in the same pass, so that it is done once.
  func indexed(frameSize: Int, channelCount: Int) throws(FormatError) -> EventArray.Stream {
    if dataset.filters.isEmpty {
      return unsafe EventArray.Stream(
        source: self, index: try EventIndex(self, frameSize: frameSize, channelCount: channelCount))
    }
    if count * 2 <= Self.maximalMemory {
      let events = MemoryEvents(bytes: count == 0 ? [] : try read(0..<count))
      return unsafe EventArray.Stream(
        source: events, index: try EventIndex(events, frameSize: frameSize, channelCount: channelCount))
    }
    let scratch = try ScratchFile(format: format, for: file)
    let index = unsafe try EventIndex(self, frameSize: frameSize, channelCount: channelCount) { values in
      unsafe scratch.write(UnsafeRawBufferPointer(values))
    }
    return EventArray.Stream(source: FileEvents(bytes: try scratch.finished(count * 2)), index: index)
  }
}

/// A temporary file that is written from its beginning to its end and then read.
private final class ScratchFile {
  private let path: String
  private let format: String
  private let file: String
  private let descriptor: Int32
  private var code: Int32 = 0
  private var isKept = false

  init(format: String, for file: String) throws(FormatError) {
    let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
    path = "\(folder)/lamella-\(UUID().uuidString)"
    self.format = format
    self.file = file
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0 { code = errno }
    if code != 0 { throw failure }
  }

  /// False when the disk takes no more.
  func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = unsafe Foundation.write(descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        code = errno
        return false
      }
      done += count
    }
    return true
  }

  /// The file to read, which goes away with the value.
  func finished(_ size: Int) throws(FormatError) -> FileBytes {
    guard code == 0 else { throw failure }
    let bytes = try FileBytes(path, format: format, isTemporary: true)
    isKept = true
    guard bytes.size == size else { throw failure }
    return bytes
  }

  private var failure: FormatError {
    FormatError(
      format, file: file, "its events cannot be unpacked into \(path): \(systemMessage(code))",
      advice: "Name a folder with enough room in TMPDIR.")
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isKept { unsafe unlink(path) }
  }
}
