public import Blocks
internal import CKernels
internal import HDF5
internal import Microscopy
internal import Synchronization

/// A map as a matrix of pixels by channels.
///
/// A block is one navigation cell of the chunk grid with all its channels. Rows are the flattened navigation indices, of which
/// masked pixels are in no block; columns the flattened signal indices less masked channels. Whole numbers are listed straight
/// from the shuffled bytes. A block is sparse or dense, whichever takes less memory; values are rounded to `Float`.
public final class MapSource: BlockSource {
  public let images: [[Int]]
  public let rowCount: Int
  public let columnCount: Int
  public var blockCount: Int { layout.tileCount }

  private let dataset: Dataset
  private let type: ScalarType
  private let layout: TileLayout
  /// How chunks are decoded here; nil when libhdf5 must read.
  private let codec: ChunkCodec?
  private let scratches = Mutex<[TileScratch]>([])
  /// Whether a value above 255 was met: blocks are then listed as floats at once.
  private let hasLargeCounts = Atomic(false)

  /// Tiles of other programs' chunks larger than this many bytes are read in pieces of our own shape.
  private static let largestTile = 256 << 20

  init(_ map: Map, channelMask: [Bool]?, pixelMask: [Bool]?) throws {
    func refuse(_ problem: String) -> StoreError {
      StoreError(.invalid, file: map.store.path, path: map.path, problem)
    }
    guard !map.type.isComplex else { throw refuse("complex values are no matrix of counts or intensities") }
    let channelCount = map.signalShape.reduce(1, *)
    let pixelCount = map.navigationShape.reduce(1, *)
    guard channelCount <= Int(Int32.max), pixelCount <= Int(Int32.max) else {
      throw refuse("\(pixelCount) pixels of \(channelCount) channels are more than a matrix takes")
    }
    if let channelMask {
      guard channelMask.count == channelCount else {
        throw refuse("a mask of \(channelMask.count) channels for a map of \(channelCount)")
      }
      guard channelMask.contains(true) else { throw refuse("the mask leaves no channel") }
    }
    if let pixelMask {
      guard pixelMask.count == pixelCount else {
        throw refuse("a mask of \(pixelMask.count) pixels for a map of \(pixelCount)")
      }
      guard pixelMask.contains(true) else { throw refuse("the mask leaves no pixel") }
    }
    dataset = map.dataset
    type = map.type
    let own = ChunkShape.choose(axes: map.axes, elementSize: map.type.size)
    let direct = DatasetReader.directAccess(map.dataset, type: map.type)
    let largestPixelCount = Self.largestTile / max(1, channelCount * 4)
    let usable = direct.flatMap { $0.chunk.prefix(map.navigationRank).reduce(1, *) <= largestPixelCount ? $0 : nil }
    codec = usable?.codec
    layout = TileLayout(
      shape: map.shape, chunk: usable?.chunk ?? own, navigationRank: map.navigationRank, channelMask: channelMask,
      pixelMask: pixelMask)
    images = [map.navigationShape]
    rowCount = pixelCount
    columnCount = layout.columnCount
  }

  public func rowCount(ofBlock index: Int) -> Int { layout.rows(ofTile: index).matrix.count }

  public func block(at index: Int) throws -> Block {
    let rows = layout.rows(ofTile: index)
    guard !rows.matrix.isEmpty else { return empty() }
    guard let codec else { return try throughLibrary(index, rows) }
    let scratch = scratches.withLock { $0.popLast() } ?? TileScratch()
    defer { scratches.withLock { $0.append(scratch) } }
    if type.hasBytePlanes {
      if !hasLargeCounts.load(ordering: .relaxed) {
        if let block = try counts(index, rows, codec, scratch, small: true) { return block }
        hasLargeCounts.store(true, ordering: .relaxed)
      }
      if let block = try counts(index, rows, codec, scratch, small: false) { return block }
    }
    return try floats(index, rows, codec, scratch)
  }

  private typealias Rows = (inChunk: [UInt32], inBox: [Int], matrix: [Int32])

  private func empty() -> Block {
    Block(
      rows: [], columnCount: columnCount,
      values: .sparse(SparseRows(offsets: [0], channels: [], counts: .small([]), panelCount: layout.panelCount)))
  }

  /// The chunk of a tile at a place along the signal axes, inflated; false when it is stored nowhere and so all zeros.
  private func load(
    _ chunk: TileLayout.SignalChunk, of origin: [Int], _ codec: ChunkCodec, _ scratch: TileScratch
  ) throws -> Bool {
    let place = origin + chunk.origin
    if try dataset.loadChunk(at: place, codec: codec, shape: layout.chunk, scratch.decoder, &scratch.chunk) { return true }
    guard try hasFillValue(place) else { return false }
    throw StoreError(
      .unsupported, file: dataset.file.path, path: dataset.path,
      "the chunk at \(place) is not stored and the fill value is not zero", advice: "Import the map anew.")
  }

  /// Whether an element of an absent chunk reads as anything but zero.
  private func hasFillValue(_ place: [Int]) throws -> Bool {
    try dataset.readRaw(.box(start: place, count: place.map { _ in 1 }), as: type.datatype).contains { $0 != 0 }
  }

  /// A block of whole numbers, listed from the byte planes; nil when `small` and a value does not fit a byte.
  private func counts(
    _ index: Int, _ rows: Rows, _ codec: ChunkCodec, _ scratch: TileScratch, small: Bool
  ) throws -> Block? {
    let origin = layout.origin(ofTile: index)
    scratch.begin(chunks: layout.signalChunks.count, small: small)
    for chunk in layout.signalChunks {
      let isStored = try load(chunk, of: origin, codec, scratch)
      if isStored { scratch.chunk.makePlanes(codec) }
      let isListed = scratch.list(
        chunk.stretches, rows: rows.inChunk, isStored: isStored, rowStride: layout.rowStride,
        elementCount: layout.chunkElementCount, type: type)
      guard isListed else { return nil }
    }
    let sparse = scratch.gathered(layout, rowCount: rows.matrix.count)
    if sparse.byteCount <= rows.matrix.count * columnCount * 4 {
      return Block(rows: rows.matrix, columnCount: columnCount, values: .sparse(sparse))
    }
    return Block(rows: rows.matrix, columnCount: columnCount, values: .dense(sparse.dense(columnCount: columnCount)))
  }

  /// A block of any values, by way of floats.
  private func floats(_ index: Int, _ rows: Rows, _ codec: ChunkCodec, _ scratch: TileScratch) throws -> Block {
    let origin = layout.origin(ofTile: index)
    var values = [Float](repeating: 0, count: rows.matrix.count * columnCount)
    // The pieces say, in the order of columns, which stretch of which chunk comes next.
    var starts = layout.signalChunks.map { [Int](repeating: 0, count: $0.stretches.count) }
    var column = 0
    for piece in layout.pieces {
      starts[Int(piece.part)][Int(piece.stretch)] = column
      column += Int(layout.signalChunks[Int(piece.part)].stretches[Int(piece.stretch)].count)
    }
    for (number, chunk) in layout.signalChunks.enumerated() {
      guard try load(chunk, of: origin, codec, scratch) else { continue }
      let converted = type.floats(scratch.chunk.native(codec))
      for (row, inChunk) in rows.inChunk.enumerated() {
        for (stretch, start) in zip(chunk.stretches, starts[number]) {
          let from = Int(inChunk) * layout.rowStride + Int(stretch.start)
          let to = row * columnCount + start
          values.replaceSubrange(to..<to + Int(stretch.count), with: converted[from..<from + Int(stretch.count)])
        }
      }
    }
    return Block(floats: values, rows: rows.matrix, columnCount: columnCount)
  }

  /// A block read by libhdf5, under its lock.
  private func throughLibrary(_ index: Int, _ rows: Rows) throws -> Block {
    let signalShape = Array(layout.shape[layout.navigationRank...])
    let box = layout.box(ofTile: index) + signalShape.map { 0..<$0 }
    let all = type.floats(try dataset.readRaw(.box(box), as: type.datatype))
    let width = signalShape.reduce(1, *)
    var values: [Float] = []
    values.reserveCapacity(rows.matrix.count * columnCount)
    for row in rows.inBox {
      if let kept = layout.keptChannels {
        for channel in kept { values.append(all[row * width + channel]) }
      } else {
        values += all[row * width..<(row + 1) * width]
      }
    }
    return Block(floats: values, rows: rows.matrix, columnCount: columnCount)
  }
}

extension Map {
  /// The map as a matrix of pixels by channels.
  ///
  /// - Parameters:
  ///   - channelMask: true keeps; one per flattened signal index.
  ///   - pixelMask: true keeps; one per flattened navigation index.
  public func rows(channelMask: [Bool]? = nil, pixelMask: [Bool]? = nil) throws(StoreError) -> MapSource {
    try guarded(store.path, path) { try MapSource(self, channelMask: channelMask, pixelMask: pixelMask) }
  }

  /// The values as an array that is read a box at a time.
  public var array: any ArraySource {
    get throws(StoreError) { try guarded(store.path, dataset.path) { try DatasetReader(dataset) } }
  }
}
