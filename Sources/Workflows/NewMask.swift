import Segmentation
import Store

/// A mask that is about to be stored.
struct NewMask {
  var map: Map
  var mask: PixelMask
  /// The value above which pixels belong to it; nil where no threshold made it.
  var level: Double?
  var made: Provenance
}

/// A mask that was made.
public struct MaskReport: Codable, Hashable, Sendable {
  public var path: String
  public var map: String
  public var pixels: Int
  /// The part of the map's pixels that it holds.
  public var share: Double
  /// The value above which pixels belong to it; nil where no threshold made it.
  public var level: Double?
  /// The mean of the image inside and outside of it; nil where no image made it.
  public var meanInside: Double?
  public var meanOutside: Double?

  init(_ mask: Mask, of map: Map) {
    path = mask.path
    self.map = map.name
    pixels = mask.count
    share = Double(mask.count) / Double(max(1, mask.pixels.count))
    level = mask.level
  }

  enum CodingKeys: String, CodingKey {
    case path, map, pixels, share, level
    case meanInside = "mean_inside"
    case meanOutside = "mean_outside"
  }
}

extension Store {
  /// Stores masks of one name in several maps, all or none.
  ///
  /// - Throws: `WorkflowError` for a mask of no pixels; `OutputError`.
  func add(_ masks: [NewMask], named name: String, _ observer: Observer) throws -> [Mask] {
    for new in masks { try new.mask.requirePixels(name, of: new.map) }
    return try writing {
      var stored: [(map: Map, mask: Mask)] = []
      do {
        for new in masks {
          var made = new.made
          made.finish()
          stored.append((new.map, try new.map.addMask(name, new.mask.pixels, level: new.level, made: made)))
        }
      } catch {
        // None of them stays.
        for (map, mask) in stored { try map.removeMask(mask.name) }
        throw error
      }
      try commit(observer)
      return stored.map(\.mask)
    }
  }
}

extension PixelMask {
  /// Refuses a mask of no pixels.
  func requirePixels(_ name: String, of map: Map) throws {
    guard !isEmpty else {
      throw WorkflowError(
        "\(map.store.path): the mask \"\(name)\" of \(map.path) would have no pixel, and was not made",
        advice: "Choose another component, threshold, rectangle or expression.")
    }
  }
}

extension Map {
  /// A mask that is to be used, which must have pixels.
  func usableMask(_ name: String) throws -> Mask {
    let mask = try mask(name)
    guard mask.pixels.contains(true) else {
      throw WorkflowError(
        "\(store.path): the mask \(mask.path) has no pixel", advice: "Make another mask, or name another.")
    }
    return mask
  }

  /// Chooses pixels; what cannot be is told with the file and the map.
  func choosing<Result>(_ work: () throws(SegmentationError) -> Result) throws -> Result {
    do throws(SegmentationError) {
      return try work()
    } catch {
      throw WorkflowError("\(store.path): \(path): \(error.problem)", advice: error.advice)
    }
  }

  /// The pixels of a mask with the shape that they have.
  func pixelMask(_ mask: Mask) -> PixelMask { PixelMask(shape: navigationShape, pixels: mask.pixels) }
}
