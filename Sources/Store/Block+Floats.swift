internal import Blocks
internal import CKernels

extension Block {
  /// Rows given as floats, row-major, in the form that takes less memory.
  init(floats values: [Float], rows: [Int32], columnCount: Int) {
    var small: CInt = 0
    let found = unsafe lamella_nonzeros(values, values.count, &small)
    let panels = max(1, (columnCount + SparseRows.panelWidth - 1) / SparseRows.panelWidth)
    let size = small != 0 ? 1 : 4
    guard found * (2 + size) + (rows.count * panels + 1) * 4 <= values.count * 4 else {
      self.init(rows: rows, columnCount: columnCount, values: .dense(values))
      return
    }
    var offsets: [UInt32] = [0]
    offsets.reserveCapacity(rows.count * panels + 1)
    var counts = [UInt8](repeating: 0, count: found * size)
    let channels = unsafe [UInt16](unsafeUninitializedCapacity: found) { channels, initialized in
      unsafe values.withUnsafeBufferPointer { values in
        unsafe counts.withUnsafeMutableBufferPointer { counts in
          guard let values = values.baseAddress, let channels = channels.baseAddress, let counts = counts.baseAddress
          else {
            for _ in 0..<rows.count * panels { offsets.append(0) }
            return
          }
          for row in rows.indices {
            for panel in 0..<panels {
              let start = panel * SparseRows.panelWidth
              let width = min(SparseRows.panelWidth, columnCount - start)
              initialized += unsafe lamella_sparsify_floats(
                values + row * columnCount + start, width, 0, small, channels + initialized, counts + initialized * size)
              offsets.append(UInt32(initialized))
            }
          }
        }
      }
    }
    let held: SparseRows.Counts =
      small != 0
      ? .small(counts)
      : .large(unsafe counts.withUnsafeBytes { unsafe Array(unsafe $0.bindMemory(to: Float.self)) })
    self.init(
      rows: rows, columnCount: columnCount,
      values: .sparse(SparseRows(offsets: offsets, channels: channels, counts: held, panelCount: panels)))
  }
}

extension SparseRows {
  /// The same rows with their zeros, row-major.
  func dense(columnCount: Int) -> [Float] {
    let rowCount = (offsets.count - 1) / panelCount
    var values = [Float](repeating: 0, count: rowCount * columnCount)
    for cell in 0..<rowCount * panelCount {
      let start = cell / panelCount * columnCount + cell % panelCount * Self.panelWidth
      for entry in Int(offsets[cell])..<Int(offsets[cell + 1]) {
        switch counts {
        case .small(let counts): values[start + Int(channels[entry])] = Float(counts[entry])
        case .large(let counts): values[start + Int(channels[entry])] = counts[entry]
        }
      }
    }
    return values
  }
}
