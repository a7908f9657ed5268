import Foundation
import Testing

struct FigureTests {
  private func sample() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.h5", "--size", "16x20", "--channels", "256")
    return scratch
  }

  @Test func aPictureIsWrittenAndReported() throws {
    let scratch = try sample()
    let report = try scratch.lamella(
      "figure", "rock.h5", "mineral", "-o", "rock.svg", "--elements", "Fe,Mg", "--log", "--range", "0.2,8", "--json"
    ).json()
    #expect(report["path"] as? String == "/mineral")
    #expect(report["kind"] as? String == "map")
    #expect(report["format"] as? String == "svg")
    #expect(report["shows"] as? [String] == ["spectrum", "image"])
    let size = try FileManager.default.attributesOfItem(atPath: scratch.path("rock.svg"))[.size] as? Int
    #expect(report["bytes"] as? Int == size)
    let text = try scratch.lamella("figure", "rock.h5", "mineral/results/truth", "-o", "truth.png", "--component", "2").output
    #expect(text.hasPrefix("/mineral/results/truth (component 2) → truth.png"))
  }

  @Test func aPageIsWrittenAndReported() throws {
    let scratch = try sample()
    let report = try scratch.lamella("report", "rock.h5", "-o", "rock.html", "--json").json()
    #expect(report["maps"] as? Int == 1)
    #expect(report["results"] as? Int == 1)
    #expect((report["problems"] as? [String])?.isEmpty == true)
    #expect(try scratch.lamella("report", "rock.h5", "-o", "rock.html", "--replace").output.contains("1 maps, 1 results"))
  }

  @Test func whatIsThereIsNotReplacedUnasked() throws {
    let scratch = try sample()
    try scratch.write(Data("mine".utf8), "mine.png")
    for words in [["figure", "rock.h5", "mineral", "-o", "mine.png"], ["report", "rock.h5", "-o", "mine.png"]] {
      let run = try scratch.run(words, code: 4)
      #expect(run.errors.contains("is there already"))
      #expect(run.errors.contains("--replace"))
    }
    #expect(try String(contentsOfFile: scratch.path("mine.png"), encoding: .utf8) == "mine")
    #expect(
      try scratch.lamella("report", "rock.h5", "-o", "rock.h5", "--replace", code: 4).errors.contains("is the file that is read"))
  }

  @Test func wrongUseIsSaid() throws {
    let scratch = try sample()
    #expect(try scratch.lamella("figure", "rock.h5", "mineral", code: 2).errors.contains("--output"))
    #expect(
      try scratch.lamella("figure", "rock.h5", "mineral", "-o", "x.png", "--range", "3,1", code: 2).errors.contains("--range"))
    #expect(
      try scratch.lamella("figure", "rock.h5", "mineral", "-o", "x.png", "--component", "0", code: 2).errors.contains("1 or more")
    )
    #expect(try scratch.lamella("figure", "rock.h5", "nothing", "-o", "x.png", code: 3).errors.contains("nothing of that name"))
    #expect(try scratch.lamella("figure", "rock.h5", "mineral", "-o", "x.gif", code: 4).errors.contains(".svg, .png or .pdf"))
    #expect(try scratch.lamella("figure", "rock.h5", "mineral", "-o", "none/x.png", code: 4).errors.contains("none/x.png"))
    #expect(!scratch.exists("x.png"))
  }

  @Test func aFullDiskLeavesNothing() throws {
    let scratch = try sample()
    _ = try scratch.lamella(limited: 8, "report", "rock.h5", "-o", "rock.html", code: 4)
    #expect(!scratch.exists("rock.html"))
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)
    #expect(names == ["rock.h5"])
  }
}
