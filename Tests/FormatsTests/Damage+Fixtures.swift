import Blocks
import HDF5
import Microscopy

@testable import Formats

extension Damage {
  /// A file of every kind whose bytes the readers parse themselves.
  static let parsed =
    [dm3, dm4, npy, npz, deflatedArchive, archive64, emsaPairs, emsaValues, ripple, rippleValues, sidecar]
    + [brukerMap, brukerBlocks, brukerSpectrum] + jeol + tia + mrc + tiff

  private static func gatan(_ version: Int, _ byteOrder: ByteOrder) -> Damage {
    typealias Builder = GatanFileBuilder
    let image = Builder.image(
      "sample", sizes: [3, 2], dataType: 1, code: 2, width: 2, data: [UInt8](repeating: 1, count: 12),
      dimensions: [(0, 1, "nm"), (0, 1, "nm")],
      tags: [
        ("record", .record([(code: 2, bytes: [1, 0]), (code: 7, bytes: [UInt8](repeating: 0, count: 8))])),
        ("records", .recordArray(codes: [2, 2], width: 2, bytes: [1, 0, 2, 0])), ("text", .text("text")),
      ])
    let packed = Builder.image("FFT", sizes: [2, 2], dataType: 27, code: 6, width: 4, data: [UInt8](repeating: 0, count: 32))
    let colour = Builder.image("colour", sizes: [2, 2], dataType: 23, code: 3, width: 4, data: [UInt8](repeating: 0, count: 16))
    // The last eight bytes are padding.
    return Damage(
      reader: "gatan", name: "a.dm\(version)",
      bytes: Builder.file(version: version, byteOrder: byteOrder, images: [image, packed, colour]), spare: 8)
  }

  static let dm3 = gatan(3, .big)
  static let dm4 = gatan(4, .little)

  private static func bruker(_ name: String, blockSize: Int?) -> Damage {
    typealias Builder = BrukerFileBuilder
    let image = Builder.image(nil, width: 2, height: 2, Builder.plane(0, "BSE", [1, 2, 3, 4]))
    let runs: [Builder.Run] = [.zeros(2), .init(width: 1, base: 1, values: [1, 2]), .init(width: 4, base: 300, values: [1])]
    let hypermap = Builder.hypermap(
      height: 2, width: 2, [[(0, .pulses12([1, 2, 3])), (1, .pulses16([0, 5]))], [(1, .runs(runs, pulses: [1, 2]))]])
    return Damage(
      reader: "bcf", name: name,
      bytes: Builder.file(
        hypermap, header: Builder.header(images: image, spectra: [Builder.spectrum([9, 8, 7, 6, 5, 4])]), blockSize: blockSize,
        chunkSize: 1024))
  }

  static let brukerMap = bruker("map.bcf", blockSize: nil)
  static let brukerBlocks = bruker("blocks.bcf", blockSize: 300)
  static let brukerSpectrum = Damage(
    reader: "spx", name: "two.spx", bytes: BrukerFileBuilder.spectra(["one": [1, 2, 3], "two": [4, 5]]), spare: 1)
  private static let tiff: [Damage] = {
    typealias Builder = TIFFFileBuilder
    let pixels = sampleBytes(.uint16, count: 48)
    let strips = Builder.Page(
      width: 6, height: 8, type: .uint16, values: pixels, compression: 5, predictor: 2, rowsPerStrip: 3,
      tags: [270: .text("ImageJ=1.53t\nimages=2\nslices=2\nunit=um\n"), 282: .rational(5, 2)])
    var second = strips
    second.compression = 32_773
    let tiles = Builder.Page(
      width: 4, height: 4, type: .uint16, samples: 3, values: pixels, compression: 8, isPlanar: true, tile: (4, 4),
      photometric: 2, tags: [34_682: .text("[Scan]\nPixelWidth=1e-9\n"), 33_560: .long([8])])
    // What the pixels do not need comes last.
    return [
      Damage(reader: "tiff", name: "strips.tif", bytes: Builder().file([strips, second]), spare: 64),
      Damage(reader: "tiff", name: "tiles.tif", bytes: Builder(byteOrder: .big, isBig: true).file([tiles]), spare: 64),
    ]
  }()

  private static let mrc: [Damage] = {
    var record = little(768, 4) + little(2, 4) + little(0xFFFF, 4) + little(Int(44_900.5.bitPattern), 8)
    record += [UInt8](repeating: 1, count: 768 - record.count)
    var file = MRCFileBuilder(extents: [3, 2, 2], mode: 1, values: sampleBytes(.int16, count: 12))
    file.kind = "FEI1"
    file.extended = record + record
    var stack = MRCFileBuilder(extents: [3, 2, 4], mode: 101, values: sampleBytes(.uint8, count: 16), byteOrder: .big)
    stack.kind = "SERI"
    stack.serial = (10, 7)
    stack.extended = sampleBytes(.uint8, count: 40)
    let settings = "Camera Model = DESim\nScan - Enable = Enable\nScan - Type = Raster\nScan - Size X = 2\nScan - Size Y = 2\n"
    return [
      Damage(reader: "mrc", name: "fei.mrc", bytes: file.bytes), Damage(reader: "mrc", name: "stack.mrc", bytes: stack.bytes),
      Damage(
        reader: "mrc", name: "a_movie.mrc", bytes: stack.bytes, companion: ("a_info.txt", Array(settings.utf8))),
    ]
  }()

  private static let tia: [Damage] = {
    typealias Builder = TIAFileBuilder
    let image = Builder.image(3, 2, sampleBytes(.int16, count: 6))
    let spectra = (0..<4).map { index in
      Builder.Element(
        calibrations: [(0, 5, 0)], code: 3, extents: [5], values: sampleBytes(.uint32, count: 5),
        position: (Double(index % 2) * 1e-9, Double(index / 2) * 1e-9))
    }
    let dimension = Builder.Dimension(size: 2, delta: 1e-9, units: "meters")
    let object = Builder.object(
      [("High tension", "200", "kV"), ("Mode", "STEM", "")], date: "Sun Feb 21 17:53:06 2016",
      "<DetectorRange><Start>0</Start><End>5</End></DetectorRange>")
    // The tag of the last element may be missing, and its time.
    return [
      Damage(
        reader: "tia", name: "image_1.ser", bytes: Builder.series(version: 0x0210, dimensions: [.init(size: 1)], [image]),
        spare: 8),
      Damage(
        reader: "tia", name: "map_1.ser", bytes: Builder.series(dimensions: [dimension, dimension], spectra),
        companion: ("map.emi", Builder.description([object])), spare: 24),
    ]
  }()

  private static let array = NumPyHeader.bytes(shape: [2, 3, 4], type: .int16) + sampleBytes(.int16, count: 24)
  static let npy = Damage(reader: "npy", name: "a.npy", bytes: array)
  static let npz = archive("a.npz", ZipSample())
  static let deflatedArchive = archive("deflated.npz", ZipSample(isDeflated: true))
  static let archive64 = archive("wide.npz", ZipSample(isDeflated: true, isZip64: true))

  private static func archive(_ name: String, _ zip: ZipSample) -> Damage {
    Damage(reader: "npz", name: name, bytes: zip.bytes([("one.npy", array), ("two.npy", array)]))
  }

  private static let emsaHeader = """
    #FORMAT      : EMSA/MAS Spectral Data File
    #VERSION     : 1.0
    #TITLE       : a spectrum
    #DATE        : 01-OCT-1991
    #TIME        : 12:00
    #OWNER       : N. N.
    #XUNITS      : eV
    #XPERCHAN    : 2
    #OFFSET      : 10
    #SIGNALTYPE  : ELS
    #BEAMKV   -kV: 120.0
    ##OWN FIELD  : 1
    ##OWN FIELD  : 2

    """
  static let emsaPairs = emsa("pairs.msa", "#DATATYPE : XY\n#NPOINTS : 3\n#SPECTRUM :\n10, 1\n12, 2\n14, 3\n#ENDOFDATA :\n")
  static let emsaValues = emsa("values.msa", "#DATATYPE : Y\n#SPECTRUM :\n1,2,3,\n4,5,6e3\n#ENDOFDATA :\n")

  /// Any whole value may be the last one.
  private static func emsa(_ name: String, _ rest: String) -> Damage {
    Damage(
      reader: "emsa", name: name, bytes: Array((emsaHeader + rest).utf8),
      spare: rest.split(separator: "#SPECTRUM :\n").last?.utf8.count ?? 0)
  }

  private static let rippleHeader = Array(
    """
    key\tvalue
    width\t4
    height\t3
    depth\t5
    offset\t0
    data-length\t2
    data-type\tunsigned
    byte-order\tbig-endian
    record-by\tvector
    ev-per-chan\t10
    depth-name\tEnergy
    depth-units\teV
    title\ta map

    """.utf8)
  private static let rippleSamples = sampleBytes(.uint16, count: 60)
  /// Every line has a default but the type's.
  static let ripple = Damage(
    reader: "ripple", name: "map.rpl", bytes: rippleHeader, companion: ("map.raw", rippleSamples), spare: 110)
  static let rippleValues = Damage(
    reader: "ripple", name: "cut.raw", bytes: rippleSamples, companion: ("cut.rpl", rippleHeader))

  static let sidecar = Damage(
    reader: "bare", name: "scan.bin.json",
    bytes: Array(
      """
      {"shape": [2, 3, 2, 2], "dtype": "uint16", "byte_order": "big", "axes": ["y", "x:2:nm", {"name": "ky", "scale": 0.1},
       "kx"], "title": "patterns", "offset": 2, "operator": "N. N."}
      """.utf8), companion: ("scan.bin", sampleBytes(.uint16, count: 25)), opened: "scan.bin")

  /// HDF5 files of the kinds that the readers know.
  static func libraryFiles(in scratch: ScratchFolder) throws -> [Damage] {
    try [
      libraryFile("map.hspy", "hyperspy", in: scratch) { root in
        try root.attributes.set("file_format_version", to: "3.3")
        let group = try root.createGroup("Experiments/map")
        try group.createDataset("data", (0..<24).map { Double($0) }, shape: [2, 3, 4], layout: .chunked([1, 2, 4]))
        for (index, size) in [2, 3, 4].enumerated() {
          let axis = try group.createGroup("axis-\(index)")
          try axis.attributes.set("name", to: "axis")
          try axis.attributes.set("navigate", to: index < 2)
          try axis.attributes.set("scale", to: 0.5)
          if index == 1 {
            try axis.attributes.set("_type", to: "DataAxis")
            try axis.createDataset("axis", [0.0, 1.0, 4.0])
          } else if index == 2 {
            try axis.attributes.set("_type", to: "FunctionalDataAxis")
            try axis.attributes.set("expression", to: "a * x**2 + b")
            try axis.attributes.set("a", to: 2.0)
            try axis.attributes.set("b", to: -1.0)
            try axis.createGroup("x").attributes.set("size", to: size)
          }
        }
        let metadata = try group.createGroup("metadata/General")
        try metadata.attributes.set("title", to: "a map")
        try metadata.createDataset("_list_authors", ["N. N.", "M. M."])
        try group.createGroup("original_metadata").attributes.set("gain", to: 3)
      },
      libraryFile("nexus.h5", "hdf5", in: scratch) { root in
        let data = try root.createGroup("entry/data")
        try root.createDataset("entry/loose", [1.0, 2.0], shape: [2])
        try data.attributes.set("NX_class", to: "NXdata")
        try data.attributes.set("signal", to: "counts")
        try data.attributes.set("axes", to: ["y", "x", "energy"])
        try data.createDataset(
          "counts", (0..<60).map { Int16($0) }, shape: [3, 4, 5], layout: .chunked([2, 3, 2]),
          filters: [.shuffle, .deflate(level: 4)])
        for (name, size) in [("y", 3), ("x", 4), ("energy", 6)] {
          try data.createDataset(name, (0..<size).map { Double($0) * 0.5 }).attributes.set("units", to: "nm")
        }
      },
      velox(in: scratch),
    ] + otherLibraryFiles(in: scratch)
  }

  /// An X-ray map of one detector and an image.
  private static func velox(in scratch: ScratchFolder) throws -> Damage {
    var builder = VeloxFileBuilder()
    builder.detectors.removeLast()
    builder.detectors[0].frames.removeLast(2)
    builder.filters = [.deflate(level: 1)]
    try builder.write(scratch.file("stream.emd"))
    return Damage(reader: "velox", name: "stream.emd", bytes: try scratch.bytes("stream.emd"), isHDF5: true)
  }

  static func libraryFile(
    _ name: String, _ reader: String, in scratch: ScratchFolder, _ fill: (Group) throws -> Void
  ) throws -> Damage {
    let file = try File.create(scratch.file(name))
    try fill(try file.root)
    try file.close()
    return Damage(reader: reader, name: name, bytes: try scratch.bytes(name), isHDF5: true)
  }
}
