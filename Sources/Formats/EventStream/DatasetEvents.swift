internal import Foundation
internal import HDF5
internal import Synchronization

/// Events in a dataset of 16-bit integers of an HDF5 file: a list, or the first column of a table.
struct DatasetEvents: EventSource {
  let count: Int
  /// The dataset; nil where its chunks are packed, which is opened for each piece: while it is open the library's cache keeps
  /// chunks that are not wanted again.
  private let dataset: Dataset?
  private let root: Group
  private let path: String
  private let isTable: Bool
  private let format: String
  private let file: String

  /// Values that are read at a time: whole chunks where they are packed.
  let pieceCount: Int
  private static let maximalWorkers = 4
  /// Bytes of pieces that the workers hold together.
  private static let workerMemory = 16 << 20
  /// More than any usual filter packs into one byte.
  private static let greatestRatio = 4096

  init(_ dataset: Dataset, format: String, file: String) throws(FormatError) {
    self.dataset = dataset.filters.isEmpty ? dataset : nil
    path = dataset.path
    self.format = format
    self.file = file
    let (shape, pieceCount, root) = try readingHDF5(format, file) { () throws(HDF5Error) -> ([Int], Int, Group) in
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
      return (shape, try dataset.pieceLength(Self.usualPieceCount), try dataset.file.root)
    }
    self.pieceCount = pieceCount
    self.root = root
    count = shape[0]
    isTable = shape.count == 2
  }

  private static func error(_ kind: HDF5Error.Kind, _ dataset: Dataset, _ problem: String) -> HDF5Error {
    HDF5Error(kind, call: "read", on: "\(dataset.file.path):\(dataset.path)", problem)
  }

  func read(_ range: Range<Int>) throws(FormatError) -> [UInt8] {
    try readingHDF5(format, file) { () throws(HDF5Error) in
      let dataset = if let dataset { dataset } else { try root.dataset(path) }
      let values = Datatype.integer(size: 2, signed: false, order: Self.native)
      return try dataset.readRaw(.box(isTable ? [range, 0..<1] : [range]), as: values)
    }
  }

  private static let native: Datatype.ByteOrder = ByteOrder.native == .little ? .little : .big

  /// Several streams with their indices, a few of them made at the same time.
  ///
  /// - Parameter room: what all streams of the file may take in memory, if they are packed; the rest goes into temporary files.
  static func indexed(
    _ events: [DatasetEvents], frameSize: Int, channelCount: Int, room: UnpackingRoom
  ) throws(FormatError) -> [EventArray.Stream] {
    let found = Mutex<[EventArray.Stream?]>(Array(repeating: nil, count: events.count))
    // Packed chunks are unpacked one at a time; each worker holds a piece.
    let pieceSize = events.reduce(1) { max($0, 2 * $1.pieceCount) }
    let workers = min(events.count, ProcessInfo.processInfo.activeProcessorCount, maximalWorkers, workerMemory / pieceSize)
    try concurrently(max(1, workers)) { worker throws(FormatError) in
      for number in stride(from: worker, to: events.count, by: max(1, workers)) {
        let stream = try events[number].indexed(frameSize: frameSize, channelCount: channelCount, room: room)
        found.withLock { $0[number] = stream }
      }
    }
    return found.withLock { $0 }.compactMap { $0 }
  }

  /// The events with their index; packed ones are unpacked in the same pass, so that it is done once.
  func indexed(
    frameSize: Int, channelCount: Int, room: UnpackingRoom = UnpackingRoom()
  ) throws(FormatError) -> EventArray.Stream {
    let places = EventIndex.maximalPlaceCount / room.streamCount
    if dataset != nil {
      return try checked(self, try EventIndex(self, frameSize: frameSize, channelCount: channelCount, placeCount: places))
    }
    var writer = try UnpackedBytes.Writer(count * 2, room, format: format, file: file)
    let index = unsafe try EventIndex(
      self, frameSize: frameSize, channelCount: channelCount, placeCount: places
    ) { values in
      unsafe writer.write(UnsafeRawBufferPointer(values))
    }
    if index.hasTooManyFrames { return try checked(self, index) }
    switch try writer.finished() {
    case .memory(let bytes): return try checked(MemoryEvents(bytes: bytes), index)
    case .file(let bytes): return try checked(FileEvents(bytes: bytes), index)
    }
  }

  private func checked(_ source: any EventSource, _ index: EventIndex) throws(FormatError) -> EventArray.Stream {
    guard !index.hasTooManyFrames else {
      throw FormatError(
        format, file: file, field: path, "has more frames of \(index.frameSize) pixels than any scan",
        advice: "The file is damaged: copy it again from its source.")
    }
    return EventArray.Stream(source: source, index: index)
  }
}
