import Formats
import Microscopy

extension ImportFiles {
  /// The parameters of an import, as its provenance keeps them.
  struct Record: Codable, Hashable {
    var format: String
    /// Which map of the file it is, counted from 0 among all of them, where the file holds several.
    var member: Int?
    var shape: [Int]?
    var dtype: String?
    var byteOrder: String?
    var offset: Int?
    var axes: [AxisDescription]?
    var dataset: String?
    var followsForeignLinks: Bool?
    var frames: Range<Int>?
    var keepsFrames: Bool?
    var separatesDetectors: Bool?
    var correctsDrift: Bool?
    var downsampling: Int?
    var energyCutoff: Double?
    var storage: StorageOptions

    init(format: String, member: Int?, options: Formats.ImportOptions, storage: StorageOptions) {
      self.format = format
      self.member = member
      shape = options.shape
      dtype = options.type?.rawValue
      byteOrder = options.byteOrder.map { "\($0)" }
      offset = options.offset
      axes = options.axes
      dataset = options.dataset
      followsForeignLinks = options.followsForeignLinks ? true : nil
      frames = options.frames
      keepsFrames = options.keepsFrames ? true : nil
      separatesDetectors = options.separatesDetectors ? true : nil
      correctsDrift = options.correctsDrift ? true : nil
      downsampling = options.downsampling == 1 ? nil : options.downsampling
      energyCutoff = options.energyCutoff
      self.storage = storage
    }

    /// Whether another import reads the same from the same file; how it is stored does not matter.
    func readsTheSame(as other: Record) -> Bool {
      var other = other
      other.storage = storage
      return self == other
    }
  }
}
