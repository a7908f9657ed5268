import Foundation

@testable import Formats

/// Writes files of Analysis Station: trees of tags, event streams and what lies around them.
enum JEOLFileBuilder {
  indirect enum Tag {
    case group(String, [Tag])
    case value(String, type: Int, bytes: [UInt8], [Tag])
  }

  static func text(_ name: String, _ text: String) -> Tag { .value(name, type: 12, bytes: Array(text.utf8) + [0], []) }
  static func word(_ name: String, _ value: Int) -> Tag { .value(name, type: 2, bytes: little(value, 2), []) }
  static func integer(_ name: String, _ values: Int...) -> Tag {
    .value(name, type: values.count == 1 ? 3 : 8, bytes: values.flatMap { little($0, 4) }, [])
  }
  static func float(_ name: String, _ value: Float) -> Tag { .value(name, type: 4, bytes: numbers([value]), []) }
  static func real(_ name: String, _ value: Double) -> Tag { .value(name, type: 5, bytes: numbers([value]), []) }
  static func array(_ name: String, type: Int, _ bytes: [UInt8]) -> Tag { .value(name, type: type, bytes: bytes, []) }

  static func bytes(_ tag: Tag) -> [UInt8] {
    switch tag {
    case .group(let name, let tags): return bytes(.value(name, type: 0, bytes: [], tags))
    case .value(let name, let type, let value, let tags):
      return [1] + little(name.utf8.count + 1, 4) + Array(name.utf8) + [0] + little(type, 4) + little(value.count, 4) + value
        + tags.flatMap(bytes) + [255]
    }
  }

  static func tree(_ tags: [Tag]) -> [UInt8] { tags.flatMap(bytes) + [255] }

  private static func padded(_ text: [UInt8], _ count: Int) -> [UInt8] {
    text + [UInt8](repeating: 0, count: count - text.count)
  }

  /// One visit of a pixel: its X-rays by channel, and its value in the image.
  struct Visit {
    var x: Int
    var channels: [Int] = []
    var image: Int?
  }

  /// The words of rows, each with its mark of y.
  static func words(_ rows: [(y: Int, visits: [Visit])], step: Int) -> [UInt16] {
    var words: [UInt16] = []
    for row in rows {
      words.append(0x9000 | UInt16(row.y * step))
      for visit in row.visits {
        words.append(0x8000 | UInt16(visit.x * step))
        for channel in visit.channels { words.append(0xB000 | UInt16(channel)) }
        if let image = visit.image { words.append(0xA000 | UInt16(image)) }
        words += [0x6000, 0x7000]
      }
    }
    return words
  }

  private static func join(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap { $0 } }
  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  static func points(
    width: Int, height: Int, words: [UInt16], sweeps: Int = 1, pixels: String? = nil, length: Int? = nil,
    template: String = "T1", area: [Int]? = nil
  ) -> [UInt8] {
    let conditions = [
      text("Pixels", pixels ?? "\(width)x\(height)"), text("Tpl", template),
      array("Aim Area", type: 7, (area ?? [0, 0, width - 1, height - 1]).flatMap { little($0, 2) }),
    ]
    let document = [
      real("CoefA", 0.01), real("CoefB", -0.002), real("LiveTime", 3), real("RealTime", 4), word("Sweep", sweeps),
      real("DwellTime(msec)", 0.5),
    ]
    let beam = [float("AccKV", 15), float("AccNA", 1.5), integer("Mag", 1000), float("WD", 10)]
    let page = [
      text("SEM", "JSM"), text("DetT", "SDD"), float("DirAng", 30), float("ElevAng", 35), float("MnKaRES", 129),
      float("ScanSize", 120),
    ]
    let templates: [Tag] = [.group("T1", [word("DigZ", 96)])]
    let data: Tag = .group(
      "AnalyzableMap MeasData", [.group("Meas Cond", conditions), .group("MeasCond", beam), .group("Doc", document)])
    let tags = tree([
      .group(
        "PTTD Param",
        [
          .group(
            "Params",
            [
              .value("PARAMPAGE0", type: 12, bytes: Array("SEM".utf8) + [0], page),
              .value(
                "PARAMPAGE1", type: 12, bytes: Array("EDXRF".utf8) + [0],
                [.value("Tpl", type: 14, bytes: [0, 0], templates), integer("NumCH", 2048)]),
            ])
        ]), .group("PTTD Data", [data]),
    ])
    let start = 304 + 12 + tags.count
    let stream = words.flatMap { little(Int($0), 2) }
    return join(
      little(304, 4), Array("PTTDFILE".utf8), little(131_072, 4), little(1, 4), little(304, 4), little(tags.count, 4),
      little(start, 4), little(length ?? stream.count, 4), padded(Array("{A}".utf8), 128),
      padded([0x8E, 0x8B, 0x96, 0xEC, 0x30], 132), reals(42_832.75), zeros(12), tags, stream)
  }

  private static func reals(_ value: Double) -> [UInt8] { little(Int(bitPattern: UInt(value.bitPattern)), 8) }
  private static func numbers(_ values: [Float]) -> [UInt8] { values.flatMap { little(Int($0.bitPattern), 4) } }
  private static func numbers(_ values: [Double]) -> [UInt8] { values.flatMap(reals) }

  static func image(
    _ title: String, width: Int, height: Int, bits: [UInt8], type: Int = 6, extra: [Tag] = [], map: [Tag]? = nil
  ) -> [UInt8] {
    let tags = tree(
      [
        .group(
          "Instrument",
          [text("Name", "JSM"), float("AccV", 15), float("Currnnt", 1.5), integer("Mag", 1000), float("ScanSize", 120)]),
        .group(
          "Image",
          [
            text("Title", title), integer("Size", width, height), array("Bits", type: type, bits), text("GroupName", "{A}"),
            real("Created", 42_832.5),
          ] + extra),
      ] + (map.map { [.group("Map", $0)] } ?? []))
    return join(
      little(52, 4), padded(Array("JED-2200:LibJxImageForm".utf8), 32), little(64, 4), little(0, 4),
      little(64, 4), zeros(28), tags)
  }

  static func spectrum(_ title: String, _ counts: [Int], footer: [UInt8] = little(0, 4) + little(0, 4) + little(0, 4))
    -> [UInt8]
  {
    join(
      little(2, 4), little(2, 4), [0, 0], reals(42_832.5), padded(Array(title.utf8), 80), padded(Array("N. N.".utf8), 32),
      little(1, 4), zeros(80), little(7, 4), zeros(40), reals(12), reals(13), zeros(88), reals(0.01), reals(-0.02),
      zeros(76), little(counts.count, 4), counts.flatMap { little($0, 4) }, footer)
  }

  /// A footer with one element of one line, one quantity, and settings of the detector.
  static let footer = join(
    little(0, 4), little(1, 4), little(6, 2), little(1, 4), little(2, 4), little(26, 2), little(1, 4), little(0, 4),
    little(622, 2), little(658, 2), zeros(14), reals(6.4), zeros(24), padded(Array("Fe K".utf8), 32), little(0, 4),
    little(1, 4), little(1, 4), reals(6.398), little(26, 2), [3], Array("Fe".utf8), [0, 3], Array("Ka".utf8), [0],
    little(1, 4), little(1, 4), zeros(28), little(2, 4), little(26, 2), zeros(120), little(5, 4),
    padded(Array("SDD".utf8), 16), padded(Array("JSM".utf8), 16), zeros(16), reals(15), reals(1.5), zeros(38), reals(129),
    zeros(400))

  /// A project of one sample; each view has files.
  static func project(_ views: [(memo: String, files: [String])]) -> [UInt8] {
    let list = views.enumerated().map { number, view -> Tag in
      let files = view.files.enumerated().map { number, name -> Tag in
        .group("\(number)", [.value("Filename", type: 12, bytes: Array(name.utf8) + [0], []), text("Keyword", "MAP")])
      }
      return .group(
        "\(number)", [text("Memo", view.memo), float("StageZ", 11), float("Tilt", 5), .group("ViewData", files)])
    }
    return [UInt8](repeating: 0, count: 12)
      + tree([
        text("FileType", "Analysis Station"), integer("Version", 2),
        .group("SampleInfo", [.group("0", [text("Memo", "Steel"), .group("ViewInfo", list)])]),
      ])
  }

  static func preview(width: Int, height: Int, frames: Int) -> [UInt8] {
    join(
      little(284, 4), Array("APBDATA".utf8), [0, 0, 0], little(1, 2), little(1, 2), little(width, 2), little(height, 2),
      little(0, 2), little(frames, 2), little(0, 2), padded(Array("{A}".utf8), 128), padded([], 128),
      (0..<4096).flatMap { little($0, 4) }, (0..<(frames + 1) * width * height).map { UInt8(truncatingIfNeeded: $0) },
      (0..<frames).flatMap { join(little(1000 * ($0 + 1), 8), little(100, 4), little(101, 4)) })
  }
}
