import Testing

@testable import Segmentation

struct MaskExpressionTests {
  private let a = PixelMask(shape: [8], pixels: [true, true, false, false, true, false, true, true])
  private let b = PixelMask(shape: [8], pixels: [false, true, true, false, false, false, true, false])
  private let c = PixelMask(shape: [8], pixels: [true, false, true, false, false, true, true, false])

  private func value(_ text: String) throws -> PixelMask {
    try MaskExpression(text).evaluate(["a": a, "b": b, "c-2": c, "and": c, "two words": b])
  }

  @Test func operators() throws {
    #expect(try value("a") == a)
    #expect(try value("a and b") == a.intersection(b))
    #expect(try value("a or b") == a.union(b))
    #expect(try value("a minus b") == a.subtracting(b))
    #expect(try value("not a") == a.complement)
    #expect(try value("not not a") == a)
    #expect(try value("\"and\" and 'two words'") == c.intersection(b))
    #expect(try value(" dilate( a ,2)") == a.dilated(by: 2))
    #expect(try value("erode(not a,1)") == a.complement.eroded(by: 1))
    #expect(try value("without-small(a or b, 3)") == a.union(b).withoutSmall(below: 3))
  }

  @Test func whatBindsFirst() throws {
    #expect(try value("a or b and c-2") == a.union(b.intersection(c)))
    #expect(try value("a minus b and c-2") == a.subtracting(b).intersection(c))
    #expect(try value("not a and b") == a.complement.intersection(b))
    #expect(try value("not (a and b)") == a.intersection(b).complement)
    #expect(try value("a minus (b or c-2)") == a.subtracting(b.union(c)))
    #expect(try value("a minus b minus c-2") == a.subtracting(b).subtracting(c))
  }

  @Test func names() throws {
    #expect(try MaskExpression("dilate(b, 2) and not (a or b minus 'x y')").names == ["b", "a", "x y"])
  }

  @Test(arguments: [
    ("", 1), ("a and", 6), ("a b", 3), ("(a or b", 8), ("a)", 2), ("not", 4), ("and a", 1), ("dilate(a)", 9),
    ("dilate(a,x)", 10), ("dilate(a,0)", 10), ("dilate(a,2", 11), ("grow(a,2)", 1), ("a , b", 3), ("a or 'b", 6),
    ("erode(,2)", 7), ("without-small(a,-1)", 17),
  ])
  func errorsNameTheColumn(text: String, column: Int) throws {
    let error = try #require(throws: SegmentationError.self) { try MaskExpression(text) }
    #expect(error.problem.contains("column \(column)"), "\(error)")
  }

  @Test func depthAndLengthAreLimited() throws {
    let deep = String(repeating: "(", count: 99) + "a" + String(repeating: ")", count: 99)
    #expect(try value(deep) == a)
    #expect(throws: SegmentationError.self) { try MaskExpression("(" + deep + ")") }
    let long = "a" + String(repeating: " or a", count: 799)
    #expect(try value(long) == a)
    #expect(throws: SegmentationError.self) { try MaskExpression(long + " or a or a") }
  }

  @Test func masksThatDoNotFit() throws {
    let expression = try MaskExpression("a or b")
    #expect(throws: SegmentationError.self) { try expression.evaluate(["a": a]) }
    #expect(throws: SegmentationError.self) {
      try expression.evaluate(["a": a, "b": PixelMask(shape: [2, 4], pixels: b.pixels)])
    }
  }
}
