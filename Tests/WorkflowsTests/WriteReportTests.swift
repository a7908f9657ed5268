import Foundation
import HDF5
import Store
import Testing

@testable import Workflows

struct WriteReportTests {
  private func page(_ change: (Store) throws -> Void = { _ in }) throws -> (html: String, report: WriteReport.Report) {
    let scratch = try Scratch()
    let path = scratch.path("a & b.hspy")
    try PictureSample.make(path)
    let store = try Store.open(path, .writing)
    try change(store)
    try store.close()
    let report = try WriteReport(path, output: scratch.path("page.html")).run()
    return (String(decoding: try scratch.bytes("page.html"), as: UTF8.self), report)
  }

  @Test func thePageHoldsEverythingInTheFile() throws {
    let (html, report) = try page()
    #expect(report.maps == 1)
    #expect(report.results == 15)
    #expect(report.problems.isEmpty)
    #expect(report.bytes == html.utf8.count)
    for text in [
      "<title>a &amp; b.hspy</title>", "grain &lt;b&gt;&amp;&quot;&#39;", "a&amp;b", "HAADF &lt;x&gt;",
      "Scree, 2 components above noise", "Detection over pixels",
      "Spectrum of 12 pixels", "reduced chi square", "1.24", "at.%", "18.3", "Signal to noise over the number",
      "&lt;u&gt;Currie&lt;/u&gt; 1968", "12 of 48 pixels", "a &lt;i&gt;note&lt;/i&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;",
      "Axes", "18.00 ± 0.20", "element</th><th scope=\"col\" class=\"number\">at.% ± 1σ",
      "operation", "id=\"s-all\"",
    ] {
      #expect(html.contains(text), "\(text)")
    }
    for text in ["<script", "<h1>Title", "<i>note", "<u>Currie", "http://127", "https://"] {
      #expect(!html.contains(text), "\(text)")
    }
    #expect(html.components(separatedBy: "<svg").count - 1 == report.pictures)
    #expect(report.pictures >= 20)
  }

  @Test func thePageIsTheSameForTheSameFile() throws {
    let scratch = try Scratch()
    try PictureSample.make(scratch.path("f.hspy"))
    for name in ["1.html", "2.html"] { _ = try WriteReport(scratch.path("f.hspy"), output: scratch.path(name)).run() }
    #expect(try scratch.bytes("1.html") == scratch.bytes("2.html"))
  }

  @Test func whatIsDamagedIsSaidInItsPlace() throws {
    let (html, report) = try page { store in
      let result = try store.map(PictureSample.mapName).result("sum")
      try result.group.group("spectrum").delete("spectrum")
    }
    #expect(report.problems.count == 1)
    #expect(report.problems.first?.contains("sum") == true)
    #expect(html.contains("cannot be"))
    #expect(html.contains("Scree, 2 components above noise"))
  }

  @Test func largeMapsAreNotSummed() throws {
    let scratch = try Scratch()
    try PictureSample.make(scratch.path("f.hspy"))
    var job = WriteReport(scratch.path("f.hspy"), output: scratch.path("p.html"))
    job.sumLimit = 10
    _ = try job.run()
    #expect(String(decoding: try scratch.bytes("p.html"), as: UTF8.self).contains("too large to be summed"))
  }

  @Test func anEmptyFileHasAPageToo() throws {
    let scratch = try Scratch()
    try Store.create(scratch.path("f.hspy")).close()
    let report = try WriteReport(scratch.path("f.hspy"), output: scratch.path("p.html")).run()
    #expect(report.maps == 0 && report.pictures == 0)
    #expect(String(decoding: try scratch.bytes("p.html"), as: UTF8.self).contains("holds no map"))
  }

  @Test func aStoppedReportLeavesNothing() throws {
    let scratch = try Scratch()
    try PictureSample.make(scratch.path("f.hspy"))
    let observer = Observer(report: { _ in }, isStopped: { true })
    #expect(throws: Stopped.self) {
      try WriteReport(scratch.path("f.hspy"), output: scratch.path("p.html")).run(observer)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["f.hspy"])
  }
}
