import Blocks
import Formats
import HDF5
import Store
import Workflows

/// What is fuzzed: a reader of the catalogue, or the commands that read a file of ours.
enum Target: String, CaseIterable {
  case emsa, ripple, bare, npy, npz, gatan, bcf, spx, tia, jeol, mrc, tiff, hyperspy, emd, dm5, nexus, velox, hdf5, store

  /// The reader's name in the catalogue; nil for `store`.
  var format: String? {
    switch self {
    case .emsa: "EMSA/MAS"
    case .ripple: "Ripple"
    case .bare: "bare binary"
    case .npy: "NumPy"
    case .npz: "NumPy archive"
    case .gatan: "Gatan DM"
    case .bcf: "Bruker BCF"
    case .spx: "Bruker SPX"
    case .tia: "FEI TIA"
    case .jeol: "JEOL Analysis Station"
    case .mrc: "MRC"
    case .tiff: "TIFF"
    case .hyperspy: "HyperSpy"
    case .emd: "EMD"
    case .dm5: "Gatan DM5"
    case .nexus: "NeXus"
    case .hdf5: "HDF5"
    case .velox: "Velox EMD"
    case .store: nil
    }
  }

  /// The endings of the files that an input is written to; where there are two, a NUL parts the input.
  var endings: [String] {
    switch self {
    case .emsa: [".msa"]
    case .ripple: [".rpl", ".raw"]
    case .bare: [".bin.json", ".bin"]
    case .npy: [".npy"]
    case .npz: [".npz"]
    case .gatan: [".dm4"]
    case .bcf: [".bcf"]
    case .spx: [".spx"]
    case .tia: ["_1.ser"]
    case .jeol: [".pts"]
    case .mrc: [".mrc"]
    case .tiff: [".tif"]
    case .hyperspy, .store: [".hspy"]
    case .emd: [".emd"]
    case .dm5: [".dm5"]
    case .nexus: [".nxs"]
    case .hdf5: [".h5"]
    case .velox: [".emd"]
    }
  }

  /// Whether inputs are read in a child process, since libhdf5 itself may crash.
  var usesHDF5: Bool { [.hyperspy, .emd, .dm5, .nexus, .hdf5, .velox, .store].contains(self) }

  /// The most bytes that reading may have allocated at a time, as README.md states it.
  func memoryBound(inputSize: Int) -> Int {
    let constant = usesHDF5 ? 192 << 20 : 32 << 20
    return constant + 64 * inputSize + (self == .npz ? 4 * Self.memoryLimit : 0)
  }

  private static let memoryLimit = 1 << 20
  /// Elements that are read of an array at a time.
  private static let pieceSize = 1 << 14

  /// Reads all there is in the file at a path, as far as a bounded time allows.
  func read(_ path: String) throws {
    guard let format else { return try readStore(path) }
    var options = Formats.ImportOptions()
    options.format = format
    options.memoryLimit = Self.memoryLimit
    if self == .hdf5 { return try readDatasets(path, options) }
    for map in try FormatCatalogue.read(path, options: options) { try read(map) }
  }

  private func read(_ map: ImportedMap) throws {
    guard map.metadata.shape == map.array.shape else {
      throw Finding("the axes are \(map.metadata.shape) and the array \(map.array.shape)")
    }
    try walk(map.array)
  }

  /// The first and the last elements of an array.
  private func walk(_ array: any ArraySource) throws {
    for isLast in [false, true] {
      var room = Self.pieceSize
      var box: [Range<Int>] = []
      for extent in array.shape.reversed() {
        let count = min(extent, max(1, room))
        room /= max(1, count)
        box.insert(isLast ? extent - count..<extent : 0..<count, at: 0)
      }
      let expected = box.reduce(array.elementSize) { $0 * $1.count }
      let found = try array.read(box).count
      guard found == expected else { throw Finding("\(found) bytes were read where \(expected) were asked for") }
    }
  }

  /// Every dataset that the reader lists, by its path.
  private func readDatasets(_ path: String, _ options: Formats.ImportOptions) throws {
    var paths: [String] = []
    try File.open(path).root.visit { path, node in
      if case .dataset = node { paths.append(path) }
      return paths.count < 64 ? .proceed : .stop
    }
    // Without a path the error lists what there is.
    _ = try? FormatCatalogue.read(path, options: options)
    var failure: FormatError?
    for dataset in paths {
      var chosen = options
      chosen.dataset = dataset
      do {
        for map in try FormatCatalogue.read(path, options: chosen) { try read(map) }
      } catch let error as FormatError {
        failure = error
      } catch let error as HDF5Error {
        failure = failure ?? FormatError("HDF5", file: path, error.problem, advice: error.advice)
      }
    }
    if let failure { throw failure }
  }

  /// What info, history, validate and verify do, and a first block of every map.
  private func readStore(_ path: String) throws {
    let store = try Store.open(path)
    _ = try? DescribeFile(path).run()
    _ = try? ValidateFile(path).run()
    for name in try store.mapNames {
      do {
        let map = try store.map(name)
        try walk(map.array)
        if map.byteCount < 1 << 24 { _ = try map.rows().block(at: 0) }
        _ = try store.history(of: map.path)
        for result in try map.results { for array in try result.arrayNames { _ = try result.array(array) } }
      } catch let error as Finding {
        throw error
      } catch {
        continue
      }
    }
    _ = try store.verify(threads: 1)
    try store.close()
  }
}
