import Testing

@testable import Workflows

@Suite struct NaturalOrderTests {
  @Test(arguments: [
    ["scan1", "scan2", "scan10", "scan10b", "scan011"],
    ["tilt_-60.bcf", "tilt_-8.bcf", "tilt_0.bcf", "tilt_+4.bcf", "tilt_20.bcf"],
    // A dash between words is no sign.
    ["scan-2", "scan-10"],
    ["a=-1", "a=1", "b"],
    ["run2/z", "run10/a", "run10/a/b"],
    ["1", "12345678901234567890", "12345678901234567891", "a"],
    ["A1", "a1", "A2", "b"],
    ["a1", "a01", "a2"].sorted { NaturalOrder($0) < NaturalOrder($1) },
    ["", "-", "_-", "_-1"].sorted { NaturalOrder($0) < NaturalOrder($1) },
  ])
  func namesAreInOrder(names: [String]) {
    #expect(names.reversed().sorted { NaturalOrder($0) < NaturalOrder($1) } == names)
    for (index, name) in names.enumerated() {
      for (other, otherName) in names.enumerated() where index != other {
        #expect((NaturalOrder(name) < NaturalOrder(otherName)) == (index < other), "\(name), \(otherName)")
      }
    }
  }
}
