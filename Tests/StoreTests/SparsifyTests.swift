import CKernels
import Testing

@Suite struct SparsifyTests {
  /// Each way that this CPU knows lists what a naive loop lists, over stretches of awkward lengths.
  @Test(arguments: [lamella_scan_portable, lamella_scan_avx2, lamella_scan_avx512], [1, 2, 4])
  func everyWayFindsTheSame(scan: lamella_scan, planes: Int) throws {
    guard lamella_can_scan(scan) != 0 else { return }
    let stride = 211
    let rowCount = 5
    let count = stride * rowCount
    var noise = Noise(UInt64(planes))
    for density in [0.0, 0.03, 0.5, 1.0] {
      var bytes = [UInt8](repeating: 0, count: count * planes)
      for index in 0..<count { bytes[index] = UInt8(noise.count(below: 256, density: density)) }
      let stretches = [(0, 1, 7), (1, 63, 100), (64, 64, 200), (130, 7, 300), (140, 71, 65_465)].map {
        lamella_stretch(start: $0.0, count: $0.1, column: $0.2)
      }
      let rows: [UInt32] = [0, 2, 3, 4]
      var columns: [UInt16] = []
      var counts: [UInt8] = []
      var ends: [UInt32] = []
      for row in rows {
        for stretch in stretches {
          for step in 0..<stretch.count {
            let value = bytes[Int(row) * stride + Int(stretch.start + step)]
            if value != 0 {
              columns.append(UInt16(stretch.column + step))
              counts.append(value)
            }
          }
          ends.append(UInt32(columns.count))
        }
      }
      var foundColumns = [UInt16](repeating: 0, count: count + 64)
      var foundCounts = [UInt8](repeating: 0, count: count + 64)
      var foundEnds = [UInt32](repeating: 0, count: ends.count)
      func run(_ bytes: [UInt8]) -> Int64 {
        unsafe bytes.withUnsafeBufferPointer { buffer in
          unsafe lamella_sparsify_small(
            lamella_planes(
              planes: buffer.baseAddress, element_count: count, plane_count: planes, row_stride: stride, is_signed: 0),
            rows, rows.count, stretches, stretches.count, &foundColumns, &foundCounts, &foundEnds, scan)
        }
      }
      #expect(run(bytes) == Int64(columns.count))
      #expect(Array(foundColumns.prefix(columns.count)) == columns)
      #expect(Array(foundCounts.prefix(columns.count)) == counts)
      #expect(foundEnds == ends)
      if planes > 1 {
        // A byte above the lowest plane, in the last element of the last stretch.
        bytes[count * (planes - 1) + 4 * stride + 210] = 1
        #expect(run(bytes) == -1)
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 8, 16]) func shufflingTwiceChangesNothing(size: Int) {
    let count = 37
    var noise = Noise(9)
    let bytes = (0..<count * size).map { _ in UInt8(truncatingIfNeeded: noise.next()) }
    var planes = [UInt8](repeating: 0, count: bytes.count)
    var back = planes
    unsafe lamella_shuffle(&planes, bytes, count, size)
    for element in 0..<count {
      for byte in 0..<size { #expect(planes[byte * count + element] == bytes[element * size + byte]) }
    }
    unsafe lamella_unshuffle(&back, planes, count, size)
    #expect(back == bytes)
  }
}
