internal import Blocks
internal import HDF5
internal import Microscopy

extension GatanImage {
  /// The values of an image of version 5: a dataset whose dimensions are those of the image, the slowest first.
  func stored(_ dataset: Dataset, _ layout: Layout) throws(FormatError) -> (type: ScalarType, array: any ArraySource) {
    guard !isHalfPlane else {
      throw mismatch("is a packed Fourier transform, whose form in files of version 5 is not known")
    }
    guard let element = ArrayElement(dataset.type), element.components.isEmpty else {
      throw mismatch("has values of type \(dataset.type), which are no numbers")
    }
    if isColour, element.type != .uint32 {
      throw mismatch("is a colour image whose pixels are \(element.type.rawValue), not uint32")
    }
    let array = try readingHDF5(file.format, file.path) { () throws(HDF5Error) -> HDF5Array? in
      let shape = try dataset.shape
      guard shape == sizes.reversed() else { return nil }
      return try HDF5Array(dataset, element, order: layout.dimensions.map { shape.count - 1 - $0 })
    }
    guard let array else { throw mismatch("has data of another shape") }
    return isColour ? (.uint8, GatanColourArray(array)) : (element.type, array)
  }
}
