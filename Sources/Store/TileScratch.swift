internal import Blocks
internal import CKernels
internal import Microscopy

/// The buffers with which a thread turns the chunks of a tile into a block; used by one thread at a time.
@safe final class TileScratch: @unchecked Sendable {
  let decoder = ChunkDecoder()
  var chunk = ChunkScratch()

  /// Non-zeros of all chunks of the tile, chunk after chunk; counts are bytes, or floats when not `small`.
  private var columns: [UInt16] = []
  private var counts: [UInt8] = []
  private var ends: [UInt32] = []
  private var parts: [(base: Int, firstEnd: Int, stretchCount: Int)] = []
  private var used = 0
  private var small = true

  /// The fastest way to scan bytes on this CPU.
  private static let scan =
    [lamella_scan_avx512, lamella_scan_avx2].first { lamella_can_scan($0) != 0 } ?? lamella_scan_portable

  /// What the kernels may write or read beyond the last element.
  private static let slack = 64

  /// Starts a new tile.
  func begin(chunks: Int, small: Bool) {
    self.small = small
    used = 0
    ends.removeAll(keepingCapacity: true)
    parts.removeAll(keepingCapacity: true)
  }

  /// Lists the non-zeros of the loaded chunk; false when a value does not fit.
  func list(
    _ stretches: [lamella_stretch], rows: [UInt32], isStored: Bool, rowStride: Int, elementCount: Int, type: ScalarType
  ) -> Bool {
    let cells = rows.count * stretches.count
    let firstEnd = ends.count
    parts.append((used, firstEnd, stretches.count))
    ends += repeatElement(0, count: cells)
    guard isStored else { return true }
    let size = small ? 1 : 4
    let room = used + rows.count * stretches.reduce(0) { $0 + Int($1.count) } + Self.slack
    if columns.count < room { columns += repeatElement(0, count: room - columns.count) }
    if counts.count < room * size { counts += repeatElement(0, count: room * size - counts.count) }
    let found = unsafe chunk.inflated.withUnsafeBufferPointer { planes in
      unsafe columns.withUnsafeMutableBufferPointer { columns in
        unsafe counts.withUnsafeMutableBufferPointer { counts in
          unsafe ends.withUnsafeMutableBufferPointer { ends in
            let source = unsafe lamella_planes(
              planes: planes.baseAddress, element_count: elementCount, plane_count: type.size, row_stride: rowStride,
              is_signed: type.isSigned ? 1 : 0)
            guard let columns = columns.baseAddress, let counts = counts.baseAddress, let ends = ends.baseAddress else {
              return Int64(0)
            }
            if small {
              return unsafe lamella_sparsify_small(
                source, rows, rows.count, stretches, stretches.count, columns + used, counts + used, ends + firstEnd,
                Self.scan)
            }
            return unsafe (counts + used * 4).withMemoryRebound(to: Float.self, capacity: room - used) { floats in
              unsafe lamella_sparsify_large(
                source, rows, rows.count, stretches, stretches.count, columns + used, floats, ends + firstEnd)
            }
          }
        }
      }
    }
    guard found >= 0 else { return false }
    used += Int(found)
    return true
  }

  /// All that was listed since `begin`, row by row; counts become bytes where all fit.
  func gathered(_ layout: TileLayout, rowCount: Int) -> SparseRows {
    let room = used + Self.slack
    let size = small ? 1 : 4
    if columns.count < room { columns += repeatElement(0, count: room - columns.count) }
    if counts.count < room * size { counts += repeatElement(0, count: room * size - counts.count) }
    var offsets = [UInt32](repeating: 0, count: rowCount * layout.panelCount + 1)
    var bytes = [UInt8](repeating: 0, count: room * size)
    let channels = unsafe [UInt16](unsafeUninitializedCapacity: room) { buffer, count in
      unsafe ends.withUnsafeBufferPointer { ends in
        let parts = unsafe self.parts.map { part in
          unsafe lamella_part(
            base: part.base, ends: ends.baseAddress.map { unsafe $0 + part.firstEnd }, stretch_count: part.stretchCount)
        }
        unsafe lamella_gather(
          parts, layout.pieces, layout.panelEnds, layout.panelCount, rowCount, size, columns, counts,
          buffer.baseAddress, &bytes, &offsets)
      }
      count = used
    }
    let held: SparseRows.Counts
    if small {
      bytes.removeLast(Self.slack)
      held = .small(bytes)
    } else {
      let floats = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Array(unsafe buffer.bindMemory(to: Float.self).prefix(used))
      }
      let fit = floats.allSatisfy { $0 > 0 && $0 <= 255 }
      held = fit ? .small(floats.map { UInt8($0) }) : .large(floats)
    }
    return SparseRows(offsets: offsets, channels: channels, counts: held, panelCount: layout.panelCount)
  }
}

extension ScalarType {
  /// Whether elements are whole numbers of up to four bytes, or booleans.
  var hasBytePlanes: Bool { self == .bool || (isInteger && size <= 4) }
  var isSigned: Bool { [.int8, .int16, .int32, .int64].contains(self) }

  /// Elements in native order as floats, rounded to nearest.
  ///
  /// - Precondition: the type is not complex.
  func floats(_ bytes: [UInt8]) -> [Float] {
    let count = bytes.count / size
    return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe lamella_to_float(kernelType, bytes, count, buffer.baseAddress)
      initialized = count
    }
  }

  private var kernelType: lamella_scalar {
    switch self {
    case .bool, .uint8: lamella_uint8
    case .uint16: lamella_uint16
    case .uint32: lamella_uint32
    case .uint64: lamella_uint64
    case .int8: lamella_int8
    case .int16: lamella_int16
    case .int32: lamella_int32
    case .int64: lamella_int64
    case .float16: lamella_float16
    case .float32: lamella_float32
    case .float64: lamella_float64
    case .complex64, .complex128: preconditionFailure("complex numbers have no value on the real line")
    }
  }
}
