internal import CHDF5

extension Group {
  /// Creates a dataset, and the groups on the way to it.
  ///
  /// - Parameters:
  ///   - maxShape: how far each extent may grow (`nil` without limit); needs a chunked layout.
  ///   - fillValue: an element's bytes in the type given, for elements that are never written.
  ///   - tracksTimes: whether the file records when the dataset was made; off, equal content gives equal files.
  ///
  /// The corresponding C function is `H5Dcreate2`.
  @discardableResult
  public func createDataset(
    _ path: String, type: Datatype, shape: [Int], maxShape: [Int?]? = nil, layout: Layout = .contiguous,
    filters: [Filter] = [], fillValue: [UInt8]? = nil, tracksTimes: Bool = false
  ) throws(HDF5Error) -> Dataset {
    let space: Dataspace = shape.isEmpty ? .scalar : .simple(shape: shape, maxShape: maxShape ?? shape)
    return try createDataset(
      path, type: type, space: space, layout: layout, filters: filters, fillValue: fillValue,
      tracksTimes: tracksTimes)
  }

  /// Creates a dataset of any dataspace, the null space included.
  @discardableResult
  public func createDataset(
    _ path: String, type: Datatype, space: Dataspace, layout: Layout = .contiguous, filters: [Filter] = [],
    fillValue: [UInt8]? = nil, tracksTimes: Bool = false
  ) throws(HDF5Error) -> Dataset {
    try checkName(path, call: "H5Dcreate2", on: anchor.location)
    let location = anchor.location(of: path)
    _ = try nativeExtents(space.shape, call: "H5Dcreate2", on: location)
    guard let count = space.checkedCount, !count.multipliedReportingOverflow(by: type.size).overflow else {
      throw HDF5Error(
        .tooLarge, call: "H5Dcreate2", on: location, "the shape \(space.shape) is too large for any file",
        advice: "Make it smaller.")
    }
    let list = try Library.make("H5Pcreate", on: location) { H5Pcreate(lamella_h5p_dataset_create()) }
    try layout.apply(to: list, shape: space.shape, on: location)
    for filter in filters { try filter.add(to: list, on: location) }
    _ = try Library.call("H5Pset_obj_track_times", on: location) {
      H5Pset_obj_track_times(list.id, tracksTimes)
    }
    let typeHandle = try type.makeHandle(for: location)
    if let fillValue {
      guard type.isSelfContained, fillValue.count == type.size else {
        throw HDF5Error(
          .invalidArgument, call: "H5Pset_fill_value", on: location,
          "a fill value of \(fillValue.count) bytes does not fit the type \(type)")
      }
      _ = try Library.call("H5Pset_fill_value", on: location) {
        unsafe H5Pset_fill_value(list.id, typeHandle.id, fillValue)
      }
    }
    let spaceHandle = try space.makeHandle(for: location)
    let links = try Self.linkCreation(for: location)
    let handle = try Library.make("H5Dcreate2", anchor.handle, on: location) {
      unsafe H5Dcreate2($0, path, typeHandle.id, spaceHandle.id, links.id, list.id, file.guardian.datasets.id)
    }
    return try Dataset(Anchor(handle, path: anchor.path(of: path), in: file))
  }

  /// Creates a dataset that holds the values given.
  @discardableResult
  public func createDataset<Element: HDF5Element>(
    _ path: String, _ values: [Element], shape: [Int]? = nil, maxShape: [Int?]? = nil,
    layout: Layout = .contiguous, filters: [Filter] = []
  ) throws(HDF5Error) -> Dataset {
    let dataset = try createDataset(
      path, type: Element.storedDatatype, shape: shape ?? [values.count], maxShape: maxShape, layout: layout,
      filters: filters)
    try dataset.write(values)
    return dataset
  }
}
