internal import Blocks
internal import Foundation
internal import Microscopy

/// One plane of a `TRTImageData`: an electron image or a map of times that was taken with the spectra.
///
/// Its values stay in memory. Those of all images take three quarters of the header's base64 at most, and the header at most
/// 512 MB or 16 times the file and 4 MB, whichever is less.
struct BrukerImage {
  var title: String
  var width: Int
  var height: Int
  var type: ScalarType
  var values: [UInt8]
  /// µm, where the image has a calibration of its own.
  var pixelWidth: Double?
  var pixelHeight: Double?
  var acquired: String?
  /// What the microscope was set to for this image.
  var beamEnergy: Double?
  var magnification: Double?
  var workingDistance: Double?

  /// The planes that hold anything; a detector that was off leaves zeros.
  ///
  /// - Parameter notes: gets a sentence for each plane that cannot be read.
  static func planes(of node: MetadataTree, notes: inout [String]) -> [BrukerImage] {
    guard let width = node.count("Width"), let height = node.count("Height"), width > 0, height > 0 else { return [] }
    let made = node["TRTHeaderedClass"]?.instance("TRTREMHeader")
    let positive = { (value: Double?) in value.flatMap { $0 > 0 ? $0 : nil } }
    var images: [BrukerImage] = []
    var index = 0
    while let plane = node["Plane\(index)"] {
      let title = plane.word("Description") ?? ""
      let name = title.isEmpty ? "number \(index)" : "'\(title)'"
      index += 1
      let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
      guard let size = node.count("ItemSize"), let type = [1: ScalarType.uint8, 2: .uint16, 4: .uint32, 8: .uint64][size],
        case .text(let text) = plane["Data"], let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters),
        !overflow, data.count % size == 0, data.count / size == pixels
      else {
        notes.append("The image \(name) is left out: it does not have the bytes of \(height) × \(width) values.")
        continue
      }
      guard data.contains(where: { $0 != 0 }) else { continue }
      images.append(
        BrukerImage(
          title: title, width: width, height: height, type: type, values: [UInt8](data),
          pixelWidth: positive(node.decimal("XCalibration")), pixelHeight: positive(node.decimal("YCalibration")),
          acquired: node.dateAndTime, beamEnergy: positive(made?.decimal("Energy")),
          magnification: positive(made?.decimal("Magnification")),
          workingDistance: positive(made?.decimal("WorkingDistance"))))
    }
    return images
  }

  var array: MemoryArray {
    var values = values
    if ByteOrder.native == .big { swapBytes(&values, width: type.size) }
    return MemoryArray(shape: [height, width], elementSize: type.size, bytes: values)
  }
}

extension MetadataTree {
  /// The tree without the pixels of images: each plane has the number of its bytes in their stead.
  var withoutImagePixels: MetadataTree {
    switch self {
    case .list(let values): return .list(values.map(\.withoutImagePixels))
    case .dictionary(let values):
      let isImage = self["@Type"]?.text == "TRTImageData"
      var result = values.mapValues(\.withoutImagePixels)
      for (key, value) in result where isImage && key.hasPrefix("Plane") {
        guard case .dictionary(var plane) = value, case .text(let text) = plane["Data"] else { continue }
        plane["Data"] = .text("\(text.utf8.count) characters of base64")
        result[key] = .dictionary(plane)
      }
      return .dictionary(result)
    default: return self
    }
  }
}
