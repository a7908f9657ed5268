internal import Blocks
internal import Microscopy

extension GatanImage {
  /// How the values of an image are encoded; the codes are those of DigitalMicrograph's `DataType`.
  enum Encoding: Sendable {
    case plain(ScalarType)
    /// Four bytes a pixel, read as one number: alpha, red, green, blue from the highest to the lowest byte.
    case colour
    /// Half of a Fourier transform of real values.
    case halfPlane(ScalarType)
    /// The same in the order of the early versions.
    case earlyHalfPlane
  }

  private func encoding() throws(FormatError) -> Encoding {
    switch dataType {
    case 1: return .plain(.int16)
    case 2: return .plain(.float32)
    case 3: return .plain(.complex64)
    case 5: return .earlyHalfPlane
    case 6: return .plain(.uint8)
    case 7: return .plain(.int32)
    case 8, 23: return .colour
    case 9: return .plain(.int8)
    case 10: return .plain(.uint16)
    case 11: return .plain(.uint32)
    case 12: return .plain(.float64)
    case 13: return .plain(.complex128)
    case 14: return .plain(.bool)
    case 27: return .halfPlane(.complex64)
    case 28: return .halfPlane(.complex128)
    case 39: return .plain(.int64)
    case 40: return .plain(.uint64)
    default:
      throw FormatError(
        file.format, file: file.path, offset: group.group("ImageData")?.offset, field: "ImageData.DataType",
        "the data type \(dataType) is not known",
        advice: "Convert the image to a usual type in DigitalMicrograph and save it again.")
    }
  }

  /// The type of the values as they are handed on, and the array in the order of a layout; colour adds an axis.
  func array(_ layout: Layout) throws(FormatError) -> (type: ScalarType, array: any ArraySource) {
    if let dataset { return try stored(dataset, layout) }
    let encoding = try encoding()
    var elementCount = 1
    for size in sizes {
      let (product, overflow) = elementCount.multipliedReportingOverflow(by: size)
      guard !overflow, product <= file.size &* 2 else { throw mismatch("takes more bytes than the file has") }
      elementCount = product
    }
    switch encoding {
    case .plain(let type):
      return (type, try strided(type, layout, elementCount))
    case .colour:
      return (.uint8, GatanColourArray(try strided(.uint32, layout, elementCount)))
    case .halfPlane(let type):
      let (height, width) = try planeSizes(layout)
      let packedWidth = width / 2 + 1
      guard data.byteCount >= height * packedWidth * type.size else {
        throw mismatch("needs \(height * packedWidth * type.size) bytes as a packed transform and has \(data.byteCount)")
      }
      let rows = try StridedFile(
        file, offset: data.offset, shape: [height, packedWidth], type: type, byteOrder: byteOrder)
      return (type, HalfPlaneArray(rows, width: width))
    case .earlyHalfPlane:
      let (height, width) = try planeSizes(layout)
      guard height == width, width % 2 == 0 else {
        throw mismatch("is a packed transform of the early kind, which is known for square images of even size only")
      }
      guard data.byteCount >= height * width * 4 else {
        throw mismatch("needs \(height * width * 4) bytes as a packed transform and has \(data.byteCount)")
      }
      let rows = try StridedFile(
        file, offset: data.offset, shape: [height, width / 2], type: .complex64, byteOrder: byteOrder)
      return (.complex64, EarlyHalfPlaneArray(rows))
    }
  }

  var isHalfPlane: Bool { [5, 27, 28].contains(dataType) }
  var isColour: Bool { dataType == 8 || dataType == 23 }

  private func strided(
    _ type: ScalarType, _ layout: Layout, _ elementCount: Int
  ) throws(FormatError) -> StridedFile {
    guard data.byteCount / type.size >= elementCount else {
      throw mismatch("needs \(elementCount) values of type \(type.rawValue) and has \(data.byteCount) bytes")
    }
    let steps = sizes.indices.map { sizes[..<$0].reduce(type.size, *) }
    return try StridedFile(
      file, offset: data.offset, shape: layout.dimensions.map { sizes[$0] }, type: type, byteOrder: byteOrder,
      byteStrides: layout.dimensions.map { steps[$0] })
  }

  private func planeSizes(_ layout: Layout) throws(FormatError) -> (height: Int, width: Int) {
    guard sizes.count == 2, layout.dimensions == [1, 0] else {
      throw mismatch("is a packed Fourier transform, which is known for images of two dimensions only")
    }
    return (sizes[1], sizes[0])
  }

  func mismatch(_ problem: String) -> FormatError {
    FormatError(
      file.format, file: file.path, offset: data.offset,
      field: "image '\(title)' of \(sizes.map(String.init).joined(separator: " × "))", problem,
      advice: "The file is damaged, or of a kind that is not known: save the image again from DigitalMicrograph.")
  }
}
