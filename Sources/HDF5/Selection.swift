internal import CHDF5

/// Which elements of a dataset to read or write.
public enum Selection: Hashable, Sendable {
  case all
  /// A regular pattern: in each dimension `count` blocks of `block` elements, `stride` apart, from `start`.
  ///
  /// The elements come in C order with the extents `count * block`.
  case hyperslab(start: [Int], stride: [Int], count: [Int], block: [Int])
  /// Single elements in the order given, each with one coordinate a dimension.
  case points([[Int]])

  /// A box of consecutive elements.
  public static func box(start: [Int], count: [Int]) -> Selection {
    let ones = [Int](repeating: 1, count: start.count)
    return .hyperslab(start: start, stride: ones, count: ones, block: count)
  }

  /// A box, one range a dimension.
  public static func box(_ ranges: [Range<Int>]) -> Selection {
    .box(start: ranges.map(\.lowerBound), count: ranges.map(\.count))
  }

  /// The extents of what the selection takes from a dataset of the given shape.
  public func shape(in shape: [Int]) -> [Int] {
    switch self {
    case .all: shape
    case .hyperslab(_, _, let count, let block):
      zip(count, block).map { $0.multipliedReportingOverflow(by: $1).partialValue }
    case .points(let points): [points.count]
    }
  }

  /// Throws where the selection reaches beyond a shape or does not fit its rank.
  func check(against shape: [Int], on object: String) throws(HDF5Error) {
    switch self {
    case .all: return
    case .points(let points):
      for point in points {
        let fits = point.count == shape.count && zip(point, shape).allSatisfy { $0 >= 0 && $0 < $1 }
        if !fits { throw outside("the point \(point)", shape, object) }
      }
    case .hyperslab(let start, let stride, let count, let block):
      let rank = shape.count
      guard start.count == rank, stride.count == rank, count.count == rank, block.count == rank else {
        throw outside("a hyperslab of rank \(start.count)", shape, object)
      }
      for axis in 0..<rank {
        guard start[axis] >= 0, stride[axis] >= 1, count[axis] >= 0, block[axis] >= 0 else {
          throw outside("a hyperslab with a negative number or a stride of 0", shape, object)
        }
        if count[axis] == 0 || block[axis] == 0 { continue }
        guard count[axis] == 1 || stride[axis] >= block[axis] else {
          throw outside("a hyperslab with overlapping blocks", shape, object)
        }
        let (span, overflow) = (count[axis] - 1).multipliedReportingOverflow(by: stride[axis])
        guard !overflow, block[axis] <= shape[axis], start[axis] <= shape[axis] - block[axis],
          span <= shape[axis] - block[axis] - start[axis]
        else { throw outside("a hyperslab starting at \(start)", shape, object) }
      }
    }
  }

  private func outside(_ what: String, _ shape: [Int], _ object: String) -> HDF5Error {
    HDF5Error(.outOfBounds, call: "H5Sselect", on: object, "\(what) does not fit the shape \(shape)")
  }

  /// Selects in a dataspace of the library; `check` comes first.
  func apply(to space: borrowing Handle, on object: String) throws(HDF5Error) {
    switch self {
    case .all:
      _ = try Library.call("H5Sselect_all", on: object) { H5Sselect_all(space.id) }
    case .hyperslab(let start, let stride, let count, let block):
      if count.contains(0) || block.contains(0) {
        _ = try Library.call("H5Sselect_none", on: object) { H5Sselect_none(space.id) }
        return
      }
      let lists = [start, stride, count, block].map {
        $0.map { $0 == .max ? lamella_h5s_unlimited() : hsize_t($0) }
      }
      _ = try Library.call("H5Sselect_hyperslab", on: object) {
        unsafe H5Sselect_hyperslab(space.id, H5S_SELECT_SET, lists[0], lists[1], lists[2], lists[3])
      }
    case .points(let points):
      if points.isEmpty {
        _ = try Library.call("H5Sselect_none", on: object) { H5Sselect_none(space.id) }
        return
      }
      let flat = points.flatMap { $0.map { hsize_t($0) } }
      _ = try Library.call("H5Sselect_elements", on: object) {
        unsafe H5Sselect_elements(space.id, H5S_SELECT_SET, points.count, flat)
      }
    }
  }
}
