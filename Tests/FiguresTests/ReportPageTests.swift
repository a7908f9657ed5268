import Foundation
import Testing

@testable import Figures

struct ReportPageTests {
  private let hostile = "<script>alert(\"x\")</script> & 'quoted'\u{0}\u{202E}"

  private func page(_ sections: [ReportPage.Section]) throws -> String {
    try ReportPage(title: hostile, subtitle: hostile, sections: sections, generator: "lamella").html()
  }

  @Test func nothingThatIsSaidIsMarkup() throws {
    let picture = ReportPage.Picture(hostile, Figure(hostile, MessagePanel(hostile)).drawing(width: 200))
    let html = try page([
      .init(
        hostile, level: 2, tag: hostile,
        [
          .paragraph(hostile), .pictures([picture]), .table(.init(hostile, [.init(hostile, [hostile])], note: hostile)),
          .facts(.init(hostile, [(hostile, hostile)])), .facts(.init(hostile, [(hostile, hostile)], isFolded: true)),
        ])
    ])
    #expect(!html.contains("<script"))
    #expect(!html.contains("alert(\""))
    #expect(!html.unicodeScalars.contains("\u{0}"))
    #expect(!html.unicodeScalars.contains("\u{202E}"))
    #expect(html.components(separatedBy: "&lt;script&gt;").count > 10)
  }

  @Test func thePageNeedsNothingButItself() throws {
    let html = try page([.init("One", level: 2, [.paragraph("text")])])
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("width=device-width"))
    #expect(html.contains("prefers-color-scheme:dark"))
    #expect(html.contains("default-src 'none'"))
    for word in ["src=\"http", "href=\"http", "@import", "url(http", "<script"] { #expect(!html.contains(word)) }
  }

  @Test func everySectionHasAnAnchorOfItsOwn() {
    let sections = [("a map", 2), ("nmf", 3), ("nmf", 3), ("a map", 2), ("nmf", 3), ("日本", 2), ("", 2)].map {
      ReportPage.Section($0.0, level: $0.1, [])
    }
    let anchors = ReportPage.anchors(sections)
    #expect(anchors == ["s-a-map", "s-a-map-nmf", "s-a-map-nmf-2", "s-a-map-2", "s-a-map-2-nmf", "s-section", "s-section-2"])
  }

  @Test func theContentsLeadToTheSections() throws {
    let html = try page([.init("First", level: 2, []), .init("Inner", level: 3, tag: "nmf", []), .init("Last", level: 2, [])])
    for anchor in ["s-first", "s-first-inner", "s-last"] {
      #expect(html.contains("href=\"#\(anchor)\""))
      #expect(html.contains("<section id=\"\(anchor)\""))
    }
    for tag in ["ul", "li", "section", "nav", "div", "main"] {
      #expect(
        html.components(separatedBy: "<\(tag)>").count + html.components(separatedBy: "<\(tag) ").count
          - 1 == html.components(separatedBy: "</\(tag)>").count, "\(tag)")
    }
  }

  @Test func theIdsOfTwoPicturesDiffer() throws {
    let plot = Plot(x: PlotAxis(), y: PlotAxis(), [Curve(x: [0, 1], y: [0, 1])])
    let picture = ReportPage.Picture("", Figure("Title", plot).drawing(width: 200))
    let html = try page([.init("A", level: 2, [.pictures([picture, picture])])])
    var ids: [Substring] = []
    for part in html.components(separatedBy: " id=\"").dropFirst() { ids.append(part.prefix { $0 != "\"" }) }
    #expect(ids.count == 3)
    #expect(Set(ids).count == ids.count)
  }

  @Test func progressIsToldAndStops() {
    struct Enough: Error {}
    var told: [Int] = []
    let page = ReportPage(title: "", subtitle: "", sections: [.init("A", level: 2, []), .init("B", level: 2, [])], generator: "")
    #expect(throws: Enough.self) {
      try page.html { done in
        told.append(done)
        throw Enough()
      }
    }
    #expect(told == [1])
  }
}
