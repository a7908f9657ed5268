import Figures
import Foundation
import Microscopy
import Store
import XRay

/// Draws something of a file as a picture, in the format that the extension of the output names.
public struct DrawFigure: Sendable {
  public var file: String
  /// A map, an image, a mask, a result, or an array of a result, as `rock/results/nmf`.
  public var path: String
  public var output: String
  public var options: PictureOptions
  /// Other results, drawn in one picture with the one at the path: spectra, or detections.
  public var companions: [String] = []
  /// What stands above the picture; nil: the name of the object.
  public var title: String?
  /// Whether the picture may take the place of a file that is there.
  public var replaces = false

  public init(_ file: String, path: String, output: String, options: PictureOptions = PictureOptions()) {
    self.file = file
    self.path = path
    self.output = output
    self.options = options
  }

  public struct Report: Codable, Hashable, Sendable {
    /// What was drawn, by its path in the file.
    public var path: String
    /// "map", "image", "mask", "result" or "array"
    public var kind: String
    public var output: String
    /// "svg", "png" or "pdf"
    public var format: String
    /// What the picture shows: "scree", "component 1", "spectrum" …
    public var shows: [String]
    /// points
    public var width: Double
    /// points
    public var height: Double
    public var bytes: Int
  }

  /// - Throws: `StoreError`, `WorkflowError`, `OutputError`, `Stopped`; the picture appears under its name when it is complete.
  public func run(_ observer: Observer = .silent) throws -> Report {
    let format = try PictureFile.format(of: output)
    try OutputFile.demandFree(output, input: file, replaces: replaces)
    try checkOptions()
    let store = try Store.open(file)
    var options = options
    let subject = try PictureSubject(path, in: store, component: &options.component)
    let pictures = try pictures(of: subject, options, observer)
    guard !pictures.isEmpty else { throw try nothing(in: subject) }
    let drawing = Self.drawing(pictures, title: title ?? Self.title(subject), width: options.width)
    try store.close()
    let bytes = try drawing.file(format)
    if observer.isStopped() { throw Stopped("\(output) was not written") }
    try PictureFile.write(bytes, to: output, replaces: replaces)
    return Report(
      path: subject.path, kind: subject.kind, output: output, format: format.rawValue, shows: pictures.map(\.name),
      width: drawing.width, height: drawing.height, bytes: bytes.count)
  }

  /// Why nothing of an object can be drawn, and what can be.
  private func nothing(in subject: PictureSubject) throws -> WorkflowError {
    guard case .result(let result, let holder, _) = subject else {
      return WorkflowError(
        "\(file), \(subject.path) holds nothing that can be drawn", advice: "lamella info tells what is in a file.")
    }
    let held = try result.tableNames.map { "the table \($0)" } + result.scalars.keys.sorted().map { "the number \($0)" }
    let others = try holder.results.filter { try $0.name != result.name && !$0.arrayNames.isEmpty }
      .map { "\($0.path.dropFirst())" }
    return WorkflowError(
      "\(file), \(subject.path) holds nothing that can be drawn, but \(held.isEmpty ? "nothing" : held.joined(separator: ", "))",
      advice: others.isEmpty ? "lamella export writes tables." : "What can be drawn: \(others.joined(separator: ", ")).")
  }

  private func checkOptions() throws {
    for element in options.elements ?? [] where EmissionLine.lines(of: element, beamEnergy: 1000).isEmpty {
      throw WorkflowError("no X-ray lines of \"\(element)\" are known", advice: "Give symbols of elements, such as Fe,O.")
    }
    guard options.width.isFinite, (120...4000).contains(options.width) else {
      throw WorkflowError("a picture cannot be \(options.width) points wide", advice: "Give a width from 120 to 4000.")
    }
  }

  private func pictures(of subject: PictureSubject, _ options: PictureOptions, _ observer: Observer) throws -> [StoredPicture] {
    func refuseComponent(_ what: String) throws {
      guard companions.isEmpty else {
        throw WorkflowError("\(file), \(subject.path): \(what) cannot be drawn with others", advice: "Name a result.")
      }
      guard options.component == nil else {
        throw WorkflowError("\(file), \(subject.path): \(what) has no components", advice: "Leave the component out.")
      }
    }
    switch subject {
    case .map(let map):
      try refuseComponent("a map")
      return try MapPictures(map, options: options, observer: observer).pictures()
    case .image(let map, let image):
      try refuseComponent("an image")
      return [try MapPictures(map, options: options, observer: observer).picture(image)]
    case .mask(let map, let mask):
      try refuseComponent("a mask")
      return [try MapPictures(map, options: options, observer: observer).picture([mask], named: mask.name)]
    case .result(let result, let holder, let array):
      if !companions.isEmpty { return try together(result, holder, options) }
      let all = try ResultPictures(result, of: holder, options: options)
      if let array { return try all.pictures(ofArray: array) }
      return Self.main(try all.pictures() + all.phasePictures(), component: options.component)
    }
  }

  private func together(
    _ result: AnalysisResult, _ holder: any ResultHolder, _ options: PictureOptions
  ) throws -> [StoredPicture] {
    let others = try companions.map { name in
      let isPath = name.contains("/")
      let choice = try ResultChoice(
        name, map: isPath ? nil : (holder as? Map)?.name, series: isPath ? nil : (holder as? Series)?.name, in: result.store)
      return (choice.result, choice.holder)
    }
    return try ComparisonPictures([(result, holder)] + others, options: options).pictures()
  }

  /// Of all pictures of a result those that it is about: one that sums it up, its components, or its compositions and their fit.
  private static func main(_ pictures: [StoredPicture], component: Int?) -> [StoredPicture] {
    let components = pictures.filter { $0.name.hasPrefix("component ") }
    if component != nil, !components.isEmpty { return components }
    guard let first = pictures.first else { return [] }
    if first.name.hasPrefix("atomic_percent") {
      let maps = pictures.filter { $0.name.hasPrefix("atomic_percent/") }
      return Array(maps.prefix(36)) + (component == nil ? pictures.filter { $0.name == "fit" } : [])
    }
    if ["scree", "fit", "spectrum"].contains(first.name) { return [first] }
    if !components.isEmpty { return pictures.filter { $0.name == "composition" } + components }
    return Array(pictures.prefix(12))
  }

  private static func title(_ subject: PictureSubject) -> String {
    subject.path.split(separator: "/").filter { !["results", "masks", "images", "data"].contains($0) }.joined(separator: ", ")
  }

  private static func drawing(_ pictures: [StoredPicture], title: String, width: Double) -> Drawing {
    if pictures.count == 1 {
      var figure = pictures[0].figure
      if figure.title.isEmpty { figure.title = title } else if !title.isEmpty { figure.title = "\(title): \(figure.title)" }
      return figure.drawing(width: min(width, max(pictures[0].width * 1.3, width * 0.6)))
    }
    func panel(_ picture: StoredPicture) -> NestedFigure {
      var figure = picture.figure
      let isNamed = ["spectrum", "image", "pattern"].contains(picture.name) || picture.name.contains("/")
      if figure.title.isEmpty, !isNamed { figure.title = picture.caption }
      return NestedFigure(figure)
    }
    if pictures.count == 2, pictures[0].width > pictures[1].width, width >= 520 {
      return Figure(title, rows: [.init(pictures.map(panel), weights: [1.75, 1])]).drawing(width: width)
    }
    // Components with their spectra, and spectra beside maps, have a row each.
    let isInRows = pictures.contains { $0.name.hasPrefix("component ") }
    let narrow = isInRows ? [] : pictures.filter { $0.width < 400 }
    let wide = isInRows || !narrow.isEmpty ? pictures.filter { isInRows || $0.width >= 400 } : []
    let maps = Figure(title, grid: (narrow.isEmpty && wide.isEmpty ? pictures : narrow).map(panel), width: width, atLeast: 200)
    return Figure(title, rows: (isInRows ? [] : maps.rows) + wide.map { .init([panel($0)]) }).drawing(width: width)
  }
}

/// A picture or a page as a file that is there whole or not at all.
enum PictureFile {
  /// The format that an extension names.
  ///
  /// - Throws: `OutputError`.
  static func format(of output: String) throws -> PictureFormat {
    let suffix = URL(filePath: output).pathExtension.lowercased()
    if let format = PictureFormat(rawValue: suffix) { return format }
    throw OutputError(
      WorkflowError(
        "\(output): " + (suffix.isEmpty ? "has no extension" : "the extension '\(suffix)' names no kind of picture"),
        advice: "Pictures are .svg, .png or .pdf."))
  }

  /// - Throws: `OutputError`.
  static func write(_ bytes: [UInt8], to output: String, replaces: Bool) throws {
    let aside = output.makeAside()
    do {
      try Data(bytes).write(to: URL(filePath: aside))
      try aside.takePlace(of: output, replacing: replaces)
    } catch {
      unsafe unlink(aside)
      guard !(error is StoreError) else { throw OutputError(error) }
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
      throw OutputError(
        StoreError(
          .file, file: output, "cannot be written: \(cause.localizedDescription)",
          advice: "Check that the folder exists and may be written to, and the room on the disk."))
    }
  }
}
