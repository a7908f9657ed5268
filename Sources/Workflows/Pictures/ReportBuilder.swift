import Figures
import Foundation
import Microscopy
import Store

/// Gathers the sections of a report from a file.
///
/// What cannot be read is told in its place, and the rest goes on: a page about a damaged file is worth having.
struct ReportBuilder {
  private(set) var sections: [ReportPage.Section] = []
  private(set) var problems: [String] = []
  private(set) var mapCount = 0
  private(set) var resultCount = 0
  private(set) var pictureCount = 0
  private let store: Store
  private let observer: Observer
  private let sumLimit: Int
  private var options = PictureOptions()
  private var objectCount = 0
  private var doneCount = 0
  /// In points: what a phone is wide, so that the texts keep their size there.
  private static let pictureWidth = 350.0
  /// More images or masks than this are told in the table only.
  private static let galleryLimit = 24

  init(_ store: Store, threads: Int, sumLimit: Int, _ observer: Observer) {
    self.store = store
    self.observer = observer
    self.sumLimit = sumLimit
    options.width = Self.pictureWidth
    options.threads = threads
    options.isCompact = true
  }

  var subtitle: String {
    let maps = "\(mapCount) map\(mapCount == 1 ? "" : "s")"
    return "\(maps), \(resultCount) result\(resultCount == 1 ? "" : "s")"
  }

  /// What is to be known of the pictures of a page.
  static let notes =
    "Maps that have more pixels than fit are drawn as means over whole pixels; lamella figure draws them in full. "
    + "Errors are one standard deviation."

  mutating func addEverything() throws {
    let names = try store.mapNames
    let series = try store.series
    objectCount = names.count + series.count
    for name in names {
      try attempt(name, level: 2) { builder in try builder.add(builder.store.map(name)) }
      try step(name)
    }
    for series in series {
      try attempt(series.name, level: 2) { builder in try builder.add(series) }
      try step(series.name)
    }
    for model in try store.models { try attempt(model.name, level: 2) { builder in try builder.add(model) } }
    if sections.isEmpty {
      sections.append(.init("Nothing yet", level: 2, [.paragraph("The file holds no map, no series and no model.")]))
    }
  }

  private mutating func step(_ name: String) throws {
    doneCount += 1
    observer.report(.init("Reading", name, done: doneCount, of: objectCount, .items))
    if observer.isStopped() { throw Stopped("nothing was written") }
  }

  /// Does a part; when it fails, the page says why.
  private mutating func attempt(_ title: String, level: Int, _ work: (inout Self) throws -> Void) throws {
    do {
      try work(&self)
    } catch let error as Stopped {
      throw error
    } catch {
      let words = "\(error)".split(separator: "\n").joined(separator: " ")
      problems.append("\(title): \(words)")
      sections.append(.init(title, level: level, tag: "cannot be shown", [.paragraph(words)]))
    }
  }

  private mutating func shown(_ pictures: [StoredPicture]) -> ReportPage.Part {
    pictureCount += pictures.count
    return .pictures(pictures.map { ReportPage.Picture($0.caption, $0.drawing(width: min($0.width, Self.pictureWidth))) })
  }

  private mutating func add(_ map: Map) throws {
    mapCount += 1
    let pictures = try MapPictures(map, options: options, limit: sumLimit, observer: observer)
    let metadata = pictures.metadata
    var parts: [ReportPage.Part] = []
    let facts = try ReportFacts.map(map, metadata)
    parts.append(.facts(facts))
    parts.append(shown(try pictures.pictures()))
    parts.append(.table(ReportFacts.axes(map.axes)))
    if let provenance = try map.provenance { parts.append(.facts(ReportFacts.provenance(provenance))) }
    sections.append(.init(map.name, level: 2, tag: metadata.signalType, parts))
    try attempt("\(map.name), images", level: 3) { builder in try builder.addImages(of: map, pictures) }
    try attempt("\(map.name), masks", level: 3) { builder in try builder.addMasks(of: map, pictures) }
    try addResults(of: map)
  }

  private mutating func addImages(of map: Map, _ pictures: MapPictures) throws {
    let images = try map.images
    guard !images.isEmpty else { return }
    let gallery = try images.prefix(Self.galleryLimit).map { try pictures.picture($0) }
    var parts = [shown(gallery.map { narrow($0) })]
    if images.count > gallery.count { parts.append(.paragraph("\(images.count - gallery.count) more are not shown.")) }
    sections.append(.init("Images", level: 3, parts))
  }

  private func narrow(_ picture: StoredPicture) -> StoredPicture {
    var picture = picture
    picture.width = min(picture.width, 280)
    return picture
  }

  private mutating func addMasks(of map: Map, _ pictures: MapPictures) throws {
    let masks = try map.masks
    guard !masks.isEmpty else { return }
    var gallery: [StoredPicture] = []
    if masks.count > 1 { gallery.append(try pictures.picture(Array(masks.prefix(8)), named: "masks")) }
    gallery += try masks.prefix(Self.galleryLimit).map { narrow(try pictures.picture([$0], named: $0.name)) }
    var parts = [shown(gallery), .table(ReportFacts.masks(masks))]
    for mask in masks {
      guard let provenance = mask.provenance else { continue }
      parts.append(.facts(ReportFacts.provenance(provenance, of: mask.name)))
    }
    sections.append(.init("Masks", level: 3, parts))
  }

  private mutating func addResults(of holder: any ResultHolder) throws {
    for result in try holder.results {
      resultCount += 1
      try attempt(result.name, level: 3) { builder in try builder.add(result, of: holder) }
      if observer.isStopped() { throw Stopped("nothing was written") }
    }
    try attempt("\(holder.path), detections", level: 3) { builder in try builder.addDetections(of: holder) }
    let unfinished = try holder.unfinishedResults
    guard !unfinished.isEmpty else { return }
    let names = unfinished.map(\.name).joined(separator: ", ")
    sections.append(
      .init("Unfinished", level: 3, [.paragraph("Not finished, and taken up again by the same command: \(names).")]))
  }

  /// Several detections from sums over different numbers of pixels, together.
  private mutating func addDetections(of holder: any ResultHolder) throws {
    let results = try holder.results.filter { try $0.tableNames.contains("detection") }
    guard results.count > 1 else { return }
    let pictures = try ComparisonPictures(results.map { ($0, holder) }, options: options).detectionPictures()
    guard !pictures.isEmpty else { return }
    sections.append(.init("Detection over pixels", level: 3, [shown(pictures)]))
  }

  private mutating func add(_ result: AnalysisResult, of holder: any ResultHolder) throws {
    let provenance = try result.provenance
    var parts: [ReportPage.Part] = []
    if !provenance.note.isEmpty { parts.append(.paragraph(provenance.note)) }
    do {
      parts.append(shown(try ResultPictures(result, of: holder, options: options).pictures()))
    } catch let error as StoreError where error.kind != .stopped {
      problems.append("\(result.path): \(error.problem)")
      parts.append(.paragraph("Its pictures cannot be drawn: \(error.problem)."))
    }
    let numbers = try result.scalars.sorted { $0.key < $1.key }
    parts.append(
      .facts(.init("Numbers", numbers.map { (ReportFacts.word($0.key), NumberText.plain($0.value, digits: 6)) })))
    let arrays = try result.arrayNames
    // Names of an array's components stand in its pictures.
    for name in try result.tableNames where !arrays.contains(where: { name == "\($0)_names" }) {
      parts.append(.table(ReportFacts.table(name, try result.table(name))))
    }
    for (name, text) in try result.texts.sorted(by: { $0.key < $1.key }) {
      parts.append(.facts(.init(ReportFacts.word(name), [("", text)], isFolded: text.count > 400)))
    }
    parts.append(.facts(ReportFacts.provenance(provenance)))
    sections.append(.init(result.name, level: 3, tag: provenance.operation, parts))
  }

  private mutating func add(_ series: Series) throws {
    let links = try series.links
    sections.append(
      .init(
        series.name, level: 2, tag: "series",
        [.paragraph("\(links.count == 1 ? "One map" : "\(links.count) maps"): \(links.joined(separator: ", "))")]))
    try addResults(of: series)
  }

  private mutating func add(_ model: StoredModel) throws {
    sections.append(
      .init(
        model.name, level: 2, tag: "model",
        [
          .facts(.init("Tensors", [("", model.tensorNames.joined(separator: ", "))])),
          .facts(.init("Architecture", [("", model.architecture)], isFolded: true)),
          .facts(ReportFacts.provenance(try model.provenance)),
        ]))
  }
}
