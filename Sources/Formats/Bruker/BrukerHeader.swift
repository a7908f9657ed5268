internal import Microscopy

/// What the header of a map says: the XML in the member "EDSDatabase/HeaderData".
struct BrukerHeader {
  let file: FileBytes
  let database: MetadataTree
  /// The whole XML but the pixels of the images.
  let vendor: MetadataTree
  private(set) var images: [BrukerImage] = []
  private(set) var overviews: [BrukerImage] = []
  /// Images with a name of their own, such as the time that each pixel took.
  private(set) var named: [(name: String, image: BrukerImage)] = []
  private(set) var notes: [String] = []

  /// Deflated zeros of an empty image would let a small file ask for any amount.
  private static func greatestSize(_ file: FileBytes) -> Int { min(1 << 29, 16 * file.size + 4 << 20) }

  init(_ member: SFSMember) throws(FormatError) {
    file = member.file
    let root = try MetadataTree.xml(
      member.content(limit: Self.greatestSize(member.file)), at: 0, format: member.file.format, file: member.file.path)
    guard let database = root["TRTSpectrumDatabase"]?.instance("TRTSpectrumDatabase") else {
      throw member.error(
        "the header does not describe a map", at: 0, advice: "Open the file in Esprit, and save the map again.")
    }
    self.database = database
    vendor = root.withoutImagePixels
    for node in database.instances("TRTImageData") {
      let planes = BrukerImage.planes(of: node, notes: &notes)
      if let name = node.word("@Name") { named += planes.map { (name, $0) } } else { images += planes }
    }
    overviews = database.instances("TRTContainerClass").flatMap { $0["ChildClassInstances"]?.children("ClassInstance") ?? [] }
      .filter { $0["@Name"]?.text == "OverviewImages" }
      .flatMap { $0["ChildClassInstances"]?.instances("TRTImageData") ?? [] }
      .flatMap { BrukerImage.planes(of: $0, notes: &notes) }
  }

  func sumSpectrum(_ index: Int) -> BrukerSpectrum? {
    database["SpectrumData\(index)"]?.instance("TRTSpectrum").flatMap(BrukerSpectrum.init)
  }

  /// Columns and rows of the images that were taken with the spectra.
  var extents: (width: Int, height: Int)? {
    guard let node = database.instances("TRTImageData").first(where: { $0.word("@Name") == nil }),
      let width = node.count("Width"), let height = node.count("Height"), width > 0, height > 0
    else { return nil }
    return (width, height)
  }

  private var microscope: MetadataTree { database.instance("TRTSEMData") ?? .empty }
  private var stage: MetadataTree { database.instance("TRTSEMStageData") ?? .empty }
  private var scan: MetadataTree { database.instance("TRTDSPConfiguration") ?? .empty }

  var acquired: String? { database["Header"]?.dateAndTime }

  /// keV, as the microscope said.
  var beamEnergy: Double? { microscope.decimal("HV").flatMap { $0 > 0 ? $0 : nil } }

  /// Vertical and horizontal, as navigation or as signal axes; in pixels where the microscope did not tell its scale.
  func axes(_ height: Int, _ width: Int, _ role: Axis.Role, image: BrukerImage? = nil) -> [Axis] {
    let positive = { (value: Double?) in value.flatMap { $0 > 0 ? $0 : nil } }
    let vertical = image?.pixelHeight ?? positive(microscope.decimal("DY"))
    let horizontal = image?.pixelWidth ?? positive(microscope.decimal("DX"))
    return [
      Axis(name: "height", size: height, scale: vertical ?? 1, units: vertical == nil ? "pix" : "µm", role: role),
      Axis(name: "width", size: width, scale: horizontal ?? 1, units: horizontal == nil ? "pix" : "µm", role: role),
    ]
  }

  /// What all maps and images of the file have in common.
  var instrument: Instrument {
    var instrument = Instrument()
    // Nothing says what kind of microscope it was; scanning microscopes reach 30 kV.
    instrument.acquisitionMode = isTransmission ? "STEM" : "SEM"
    instrument.beamEnergy = beamEnergy
    instrument.magnification = microscope.decimal("Mag").flatMap { $0 > 0 ? $0 : nil }
    // mm; negative when unknown.
    instrument.workingDistance = microscope.decimal("WD").flatMap { $0 > 0 ? $0 : nil }
    let micrometres = { (name: String) in stage.decimal(name).map { $0 * 1e-3 } }
    instrument.stageX = micrometres("X")
    instrument.stageY = micrometres("Y")
    instrument.stageZ = micrometres("Z")
    instrument.stageRotation = stage.decimal("Rotation")
    instrument.tiltAlpha = stage.decimal("Tilt")
    return instrument
  }

  var isTransmission: Bool { !Instrument.isScanningMicroscope(beamEnergy: beamEnergy ?? 0) }

  /// Adds the times of the scan: what a pixel took each time, how often lines were scanned, and all of it.
  func describeScan(width: Int, _ instrument: inout Instrument) {
    guard let time = scan.decimal("PixelTime"), let pixels = scan.decimal("PixelAverage") else { return }
    let dwell = time * pixels * (scan.decimal("LineAverage") ?? 1) * 1e-6
    instrument.dwellTime = dwell
    guard let lines = database.integers("LineCounter"), let most = lines.max(), most < 1 << 40 else { return }
    instrument.frames = Int(most)
    instrument.realTime = lines.reduce(0) { $0 + Double($1) } * dwell * Double(width)
  }

  /// Sample, elements and their lines, and the description.
  func describe(_ metadata: inout MapMetadata) {
    metadata.sample.name = database.word("@Name")
    metadata.notes = database["TRTBase"]?.word("Description")
    metadata.vendor = vendor
    metadata.originalFile = fileName(of: file.path)
  }

  /// The elements that were chosen in the program, with the line of each, such as "Fe_Ka".
  var elements: [(symbol: String, line: String)] {
    let lists = database.instances("TRTContainerClass").compactMap { $0["ChildClassInstances"] }
      .flatMap { $0.instances("TRTElementInformationList") }
    guard let regions = lists.first?.instance("TRTSpectrumRegionList")?["ChildClassInstances"] else { return [] }
    let found = regions.instances("TRTSpectrumRegion").compactMap { region -> (symbol: String, line: String)? in
      guard let symbol = region.word("@Name") else { return nil }
      return (symbol, Self.line(region.word("Line") ?? "K"))
    }
    return found.sorted { $0 < $1 }
  }

  /// "Ka" from "KA", and from "K", which stands for the only line of light elements.
  private static func line(_ text: String) -> String {
    let text = text.count == 1 ? "\(text)a" : String(text.prefix(2))
    return text.prefix(1).uppercased() + text.dropFirst().lowercased()
  }
}
