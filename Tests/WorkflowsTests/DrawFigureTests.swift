import Blocks
import Figures
import Foundation
import Microscopy
import Store
import Testing

@testable import Workflows

struct DrawFigureTests {
  private func sample() throws -> (Scratch, String) {
    let scratch = try Scratch()
    let path = scratch.path("sample.hspy")
    try PictureSample.make(path)
    return (scratch, path)
  }

  @Test func everythingInAFileCanBeDrawn() throws {
    let (scratch, path) = try sample()
    let map = PictureSample.mapName
    let expected: [(path: String, kind: String, shows: [String])] = [
      (map, "map", ["spectrum", "image"]),
      ("\(map)/masks/a&b", "mask", ["a&b"]),
      ("\(map)/images/haadf", "image", ["haadf"]),
      ("\(map)/images/photo", "image", ["photo"]),
      ("\(map)/results/pca", "result", ["scree"]),
      ("\(map)/results/pca/spectra", "array", ["component 1", "component 2"]),
      ("\(map)/results/pca/abundances/2", "array", ["abundances/2"]),
      ("\(map)/results/sum", "result", ["spectrum"]),
      ("\(map)/results/composition", "result", ["fit"]),
      ("\(map)/results/traces", "result", ["snr", "lod_ppm"]),
      ("\(map)/results/unmixed", "result", ["abundances/1", "abundances/2", "abundances/3", "residual", "thickness"]),
      ("\(map)/results/pixels", "result", ["atomic_percent/1", "atomic_percent/2", "fit"]),
      ("\(map)/results/rest", "result", ["spectrum"]),
      ("\(map)/results/rest-fit", "result", ["fit"]),
      (
        "\(map)/results/whole", "result",
        ["composition", "abundances/1", "abundances/2", "abundances/3", "residual", "thickness"]
      ),
      ("\(map)/results/odd/cube", "array", ["cube"]),
      ("\(map)/results/odd/one", "array", ["one"]),
      ("series/all/results/nmf", "result", ["component 1", "component 2"]),
    ]
    for (number, wanted) in expected.enumerated() {
      let output = scratch.path("\(number).svg")
      let report = try DrawFigure(path, path: wanted.path, output: output).run()
      #expect(report.kind == wanted.kind, "\(wanted.path)")
      #expect(report.shows.sorted() == wanted.shows.sorted(), "\(wanted.path)")
      #expect(report.path.hasPrefix("/"))
      let bytes = try scratch.bytes("\(number).svg")
      #expect(bytes.count == report.bytes)
      #expect(String(decoding: bytes, as: UTF8.self).contains("<svg"))
      #expect(report.width <= 640 && report.height > 50)
    }
  }

  @Test func theSameObjectHasTheSameBytes() throws {
    let (scratch, path) = try sample()
    for name in ["a.png", "b.png"] {
      _ = try DrawFigure(path, path: "series/all/results/nmf", output: scratch.path(name)).run()
    }
    #expect(try scratch.bytes("a.png") == scratch.bytes("b.png"))
  }

  @Test func optionsChangeThePicture() throws {
    let (scratch, path) = try sample()
    func draw(_ name: String, _ change: (inout PictureOptions) -> Void) throws -> Data {
      var options = PictureOptions()
      change(&options)
      let output = scratch.path(name)
      _ = try DrawFigure(path, path: PictureSample.mapName, output: output, options: options).run()
      return try scratch.bytes(name)
    }
    let pictures = [
      try draw("1.svg") { _ in }, try draw("2.svg") { $0.isLogarithmic = true }, try draw("3.svg") { $0.elements = ["Ca"] },
      try draw("4.svg") { $0.range = 1...2 }, try draw("5.svg") { $0.values = 0...1 }, try draw("6.svg") { $0.width = 400 },
    ]
    #expect(Set(pictures).count == pictures.count)
  }

  @Test func oneComponentAlone() throws {
    let (scratch, path) = try sample()
    var options = PictureOptions()
    options.component = 2
    let object = "\(PictureSample.mapName)/results/pca"
    let report = try DrawFigure(path, path: object, output: scratch.path("2.png"), options: options).run()
    #expect(report.shows == ["component 2"])
    options.component = 3
    let error = #expect(throws: StoreError.self) {
      try DrawFigure(path, path: object, output: scratch.path("3.png"), options: options).run()
    }
    #expect(error?.advice == "There are components 1 to 2.")
    options.component = 1
    #expect(throws: WorkflowError.self) {
      try DrawFigure(path, path: PictureSample.mapName, output: scratch.path("3.png"), options: options).run()
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("3.png")))
  }

  @Test func severalResultsInOnePicture() throws {
    let (scratch, path) = try sample()
    func draw(_ object: String, with companions: [String]) throws -> [String] {
      var job = DrawFigure(path, path: "\(PictureSample.mapName)/results/\(object)", output: scratch.path("x.svg"))
      job.companions = companions
      job.replaces = true
      return try job.run().shows
    }
    #expect(try draw("sum", with: ["sum-all", "composition"]) == ["spectra"])
    #expect(try draw("detect-all", with: ["detect-part"]) == ["snr", "lod_ppm"])
    #expect(throws: WorkflowError.self) { try draw("sum", with: ["pca"]) }
    #expect(throws: StoreError.self) { try draw("sum", with: ["nothing"]) }
  }

  @Test func detectionsAreDrawnOverTheirPixels() throws {
    let (scratch, path) = try sample()
    defer { withExtendedLifetime(scratch) {} }
    let map = try Store.open(path).map(PictureSample.mapName)
    let results = try ["detect-part", "detect-all"].map { (try map.result($0), map as any ResultHolder) }
    let together = try ComparisonPictures(results, options: PictureOptions())
    #expect(try together.results.map { try $0.pictures.pixelCount() } == [12, 48])
    // Twice the signal to noise at four times the pixels: the law's line goes through both.
    let plot = try #require(try together.detectionPictures().first?.figure.rows[0].panels[0] as? Plot)
    #expect(plot.curves.map(\.name) == ["∝ √N", "Nd Lα", "", "U Mα"])
    #expect(plot.curves[1].x == [12, 48] && plot.curves[1].y == [4, 8])
    let line = plot.curves[0]
    #expect(zip(line.x, line.y).allSatisfy { ($1 / (4 * ($0 / 12).squareRoot()) - 1).magnitude < 1e-9 })
  }

  @Test func residualsAreInDeviationsOfWhatWasFitted() throws {
    let (scratch, path) = try sample()
    defer { withExtendedLifetime(scratch) {} }
    let map = try Store.open(path).map(PictureSample.mapName)
    func residuals(_ name: String) throws -> [Double] {
      let pictures = try ResultPictures(map.result(name), of: map, options: PictureOptions()).pictures()
      let fit = try #require(pictures.first { $0.name == "fit" }?.figure.rows[0].panels[0] as? StackedPlots)
      return fit.plots[1].curves[0].y
    }
    // Six counts with a variance of four each, whatever is left of them after a subtraction.
    #expect(try residuals("rest-fit").allSatisfy { ($0 - 3).magnitude < 1e-9 })
    // A plain sum varies as the model says.
    let plain = try residuals("composition")
    #expect((plain[0] - 1 / 10.0.squareRoot()).magnitude < 1e-9)
  }

  @Test func aDifferenceStandsBelowWhatItIsOf() throws {
    let (scratch, path) = try sample()
    defer { withExtendedLifetime(scratch) {} }
    let map = try Store.open(path).map(PictureSample.mapName)
    let pictures = try ResultPictures(map.result("rest"), of: map, options: PictureOptions()).pictures()
    let plots = try #require(pictures.first?.figure.rows[0].panels[0] as? StackedPlots).plots
    #expect(plots.map { $0.curves.map(\.name) } == [["mixture", "0.125 · matrix"], ["difference, ± one standard deviation"]])
    #expect(plots[0].curves[1].y[39] == 0.125 * 156)
  }

  @Test func nothingIsReplacedUnasked() throws {
    let (scratch, path) = try sample()
    let output = scratch.path("there.png")
    try Data("precious".utf8).write(to: URL(filePath: output))
    var job = DrawFigure(path, path: PictureSample.mapName, output: output)
    #expect(throws: OutputError.self) { try job.run() }
    #expect(try scratch.bytes("there.png") == Data("precious".utf8))
    job.replaces = true
    _ = try job.run()
    #expect(try scratch.bytes("there.png").starts(with: [0x89, 0x50]))
    // A Lamella file is never replaced by a picture, whatever its name.
    let archive = scratch.path("archive.png")
    try PictureSample.make(archive)
    job.output = archive
    #expect(throws: OutputError.self) { try job.run() }
    job.output = path
    #expect(throws: OutputError.self) { try job.run() }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted() == [
        "archive.png", "sample.hspy", "there.png",
      ])
  }

  @Test func whatCannotBeDrawnIsSaid() throws {
    let (scratch, path) = try sample()
    func problem(_ object: String, _ name: String = "x.svg", elements: [String]? = nil, range: ClosedRange<Double>? = nil)
      -> String
    {
      var options = PictureOptions()
      (options.elements, options.range) = (elements, range)
      do {
        _ = try DrawFigure(path, path: object, output: scratch.path(name), options: options).run()
        return "nothing"
      } catch {
        return "\(error)"
      }
    }
    let map = PictureSample.mapName
    #expect(problem("nowhere").contains("there is nothing of that name to draw"))
    #expect(problem("").contains("there is nothing of that name to draw"))
    #expect(problem("\(map)/results/none").contains("no result of that name"))
    #expect(problem("\(map)/results/bare").contains("holds nothing that can be drawn, but the number number"))
    #expect(problem("\(map)/results/bare").contains("What can be drawn: "))
    #expect(problem(map, range: 50...60).contains("nothing of the axis Energy lies between 50.0 and 60.0 keV"))
    #expect(problem("\(map)/results/pca/none").contains("no array \"none\""))
    #expect(problem("\(map)/masks/none").contains("no mask of that name"))
    #expect(problem(map, "x.jpeg").contains("names no kind of picture"))
    #expect(problem(map, "x").contains("has no extension"))
    #expect(problem(map, elements: ["Xx"]).contains("no X-ray lines of \"Xx\""))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["sample.hspy"])
  }

  @Test func aMapIsSummedBothWays() throws {
    let (scratch, path) = try sample()
    defer { withExtendedLifetime(scratch) {} }
    let store = try Store.open(path)
    let map = try store.map(PictureSample.mapName)
    let bytes = try map.read(PictureSample.mapShape.map { 0..<$0 })
    for threads in [1, 3] {
      let summary = try MapSummary(map, threads: threads, .silent)
      let rows = (0..<48).map { row in bytes[row * 300..<(row + 1) * 300].reduce(0.0) { $0 + Double($1) } }
      let columns = (0..<300).map { column in (0..<48).reduce(0.0) { $0 + Double(bytes[$1 * 300 + column]) } }
      #expect(summary.pixelSums == rows)
      #expect(summary.channelSums == columns)
    }
  }

  @Test func largeImagesAreAveragedDown() throws {
    let size = 2500
    var image = [Float](repeating: 1, count: size * size)
    image[0] = 10
    image[1] = .nan
    let bytes = unsafe image.withUnsafeBytes { unsafe Array($0) }
    let source = MemoryArray(shape: [size, size], elementSize: 4, bytes: bytes)
    let reduced = try ReducedImage(source, type: .float32)
    #expect(reduced.factors == (3, 3))
    #expect(reduced.rows == 834 && reduced.columns == 834)
    #expect(reduced.values.count == 834 * 834)
    #expect(reduced.values[0] == 17.0 / 8)
    #expect(reduced.values.dropFirst().allSatisfy { $0 == 1 })
  }
}
