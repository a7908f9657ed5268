internal import Foundation
internal import Microscopy

/// A project of Analysis Station (.ASW): samples with views, and views with the files that were taken of them.
struct JEOLProject: Sendable {
  /// A file of a project, and what the project says of it.
  struct Entry: Sendable {
    /// As the project has it: ".\Sample\00_View000\View000_0000000.img".
    var name: String
    var sample: JEOLTag
    var view: JEOLTag
    var tag: JEOLTag
    /// The numbers of the sample, the view and the file.
    var numbers: (String, String, String)
  }

  let file: FileBytes
  let tags: JEOLTag
  let entries: [Entry]

  static func recognises(_ bytes: [UInt8]) -> Bool {
    bytes.count > 64 && bytes[0..<12].allSatisfy { $0 == 0 } && bytes[12] == 1
      && bytes[12..<80.clamped(below: bytes.count)].contains(Array("Analysis Station".utf8))
  }

  init(_ file: FileBytes) throws(FormatError) {
    self.file = file
    guard Self.recognises(try file.read(upTo: FormatCatalogue.firstByteCount)) else {
      throw FormatError(
        file.format, file: file.path, offset: 0, "the file does not begin as a project of Analysis Station does",
        advice: "Check that this is an .ASW file.")
    }
    tags = try JEOLTagReader.read(file, at: 12, before: file.size)
    var entries: [Entry] = []
    for sample in tags.tag("SampleInfo")?.children ?? [] {
      for view in sample.tag("ViewInfo")?.children ?? [] {
        for entry in view.tag("ViewData")?.children ?? [] {
          guard let name = entry.tag("Filename")?.text, !name.isEmpty else { continue }
          entries.append(
            Entry(name: name, sample: sample, view: view, tag: entry, numbers: (sample.name, view.name, entry.name)))
        }
      }
    }
    self.entries = entries
  }

  /// The part of the project's tags that leads to a file: other views and files are left out.
  func tree(of entry: Entry) -> MetadataTree {
    func own(_ tag: JEOLTag, but name: String) -> MetadataTree {
      var tag = tag
      tag.children.removeAll { $0.name == name }
      return tag.tree
    }
    var project = own(tags, but: "SampleInfo")
    let sample = ["SampleInfo", entry.numbers.0]
    let view = sample + ["ViewInfo", entry.numbers.1]
    project.replace(sample, by: own(entry.sample, but: "ViewInfo"))
    project.replace(view, by: own(entry.view, but: "ViewData"))
    project.replace(view + ["ViewData", entry.numbers.2], by: entry.tag.tree)
    return project
  }
}

extension Int {
  fileprivate func clamped(below limit: Int) -> Int { Swift.min(self, limit) }
}
