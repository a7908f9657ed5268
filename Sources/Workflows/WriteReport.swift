import Figures
import Foundation
import Store

/// Writes one page of HTML with everything in a file: its maps, images, masks, series and results, with their pictures, numbers
/// and history.
public struct WriteReport: Sendable {
  public var file: String
  public var output: String
  /// Maps that take more bytes in the file are not summed for their pictures.
  public var sumLimit = 2 << 30
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// Whether the page may take the place of a file that is there.
  public var replaces = false

  public init(_ file: String, output: String) {
    self.file = file
    self.output = output
  }

  public struct Report: Codable, Hashable, Sendable {
    public var file: String
    public var output: String
    public var bytes: Int
    public var maps: Int
    public var results: Int
    public var pictures: Int
    /// What could not be shown, a sentence each; the page says so in its place too.
    public var problems: [String]
    public var seconds: Double
  }

  /// - Throws: `StoreError`, `OutputError`, `Stopped`; the page appears under its name when it is complete, and not before.
  public func run(_ observer: Observer = .silent) throws -> Report {
    let start = ContinuousClock.now
    try OutputFile.demandFree(output, input: file, replaces: replaces)
    let store = try Store.open(file)
    var builder = ReportBuilder(store, threads: threads, sumLimit: sumLimit, observer)
    try builder.addEverything()
    try store.close()
    let name = URL(filePath: file).lastPathComponent
    let page = ReportPage(
      title: name, subtitle: builder.subtitle, notes: ReportBuilder.notes, sections: builder.sections,
      generator: "\(Program.current.name) \(Program.current.version)")
    let html = try page.html { done in
      observer.report(.init("Drawing", done: done, of: builder.sections.count, .items))
      if observer.isStopped() { throw Stopped("\(output) was not written") }
    }
    let bytes = Array(html.utf8)
    try PictureFile.write(bytes, to: output, replaces: replaces)
    return Report(
      file: file, output: output, bytes: bytes.count, maps: builder.mapCount, results: builder.resultCount,
      pictures: builder.pictureCount, problems: builder.problems, seconds: start.duration(to: .now) / .seconds(1))
  }
}
