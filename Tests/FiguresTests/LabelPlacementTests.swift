import Testing

@testable import Figures

struct LabelPlacementTests {
  private let bounds = Rect(x: 0, y: 0, width: 400, height: 200)

  private func check(_ places: [LabelPlacement.Place?], _ skyline: (ClosedRange<Double>) -> Double) {
    let found = places.compactMap(\.self)
    for (number, place) in found.enumerated() {
      #expect(bounds.contains(place.rect))
      #expect(place.rect.bottom <= skyline(place.rect.left...place.rect.right))
      for other in found[(number + 1)...] {
        #expect(!place.rect.overlaps(other.rect))
        #expect(!LabelPlacement.isCrossed(place.rect, by: other.leader))
        #expect(!LabelPlacement.isCrossed(other.rect, by: place.leader))
      }
    }
  }

  @Test func aLabelStandsAboveItsPeak() throws {
    let places = LabelPlacement.place([.init(x: 100, width: 30, height: 10, weight: 1)], in: bounds) { _ in 150 }
    let place = try #require(places[0])
    #expect(place.rect.middle.x == 100)
    #expect(place.rect.bottom < 150)
    #expect(place.rect.bottom > 140)
    #expect(place.leader[1].x == 100)
  }

  @Test(arguments: [2, 7, 20, 60]) func labelsNeverCoverEachOther(count: Int) {
    // Peaks that stand closer than their labels are wide, of heights that have no order.
    let requests = (0..<count).map { index in
      LabelPlacement.Request(
        x: 30 + 340 * Double(index) / Double(count), width: 34, height: 10, weight: Double((index * 37) % 11))
    }
    func skyline(_ stretch: ClosedRange<Double>) -> Double {
      requests.filter { stretch.contains($0.x) }.map { 160 - 6 * $0.weight }.min() ?? 180
    }
    let places = LabelPlacement.place(requests, in: bounds, skyline: skyline)
    check(places, skyline)
    #expect(places.count { $0 != nil } >= min(count, 10))
  }

  @Test func twoPeaksCloserThanTheirLabelsBothHaveOne() {
    // Nd Lα and Sm Lα on a logarithmic scale: 11 points apart.
    let requests = [200.0, 211].map { LabelPlacement.Request(x: $0, width: 33, height: 10, weight: 1) }
    func skyline(_ stretch: ClosedRange<Double>) -> Double {
      requests.contains { stretch.overlaps($0.x - 2...$0.x + 2) } ? 120 : 140
    }
    let places = LabelPlacement.place(requests, in: bounds, skyline: skyline)
    check(places, skyline)
    #expect(places.allSatisfy { $0 != nil })
  }

  @Test func aCrowdAtTheEdgeHasAllItsNames() {
    // Cu Lα, Mg Kα, Al Kα and Si Kα in the first tenth of a plot, a high peak on each side of a low one.
    let peaks = [(63.0, 185.0), (74, 90), (82, 180), (91, 80), (200, 170)]
    let requests = peaks.enumerated().map {
      LabelPlacement.Request(x: $1.0, width: 28, height: 10, weight: [2, 9, 3, 10, 1][$0])
    }
    let bounds = Rect(x: 60, y: 0, width: 400, height: 200)
    func skyline(_ stretch: ClosedRange<Double>) -> Double {
      peaks.filter { stretch.overlaps($0.0 - 2...$0.0 + 2) }.map(\.1).min() ?? 195
    }
    let places = LabelPlacement.place(requests, in: bounds, skyline: skyline).compactMap(\.self)
    #expect(places.count == 5)
    for (number, place) in places.enumerated() {
      #expect(bounds.contains(place.rect))
      for other in places[(number + 1)...] {
        #expect(!place.rect.overlaps(other.rect))
        #expect(!LabelPlacement.isCrossed(place.rect, by: other.leader))
        #expect(!LabelPlacement.isCrossed(other.rect, by: place.leader))
      }
    }
  }

  @Test func theHeavierHasThePlaceThatOnlyOneCanHave() {
    let narrow = Rect(x: 0, y: 0, width: 40, height: 24)
    let requests = [1.0, 2].map { LabelPlacement.Request(x: 20, width: 38, height: 12, weight: $0) }
    let places = LabelPlacement.place(requests, in: narrow) { _ in 22 }
    #expect(places[0] == nil)
    #expect(places[1] != nil)
  }

  @Test func whatLiesOutsideHasNoLabel() {
    let places = LabelPlacement.place([.init(x: -5, width: 10, height: 10, weight: 1)], in: bounds) { _ in 100 }
    #expect(places == [nil])
    #expect(LabelPlacement.place([], in: bounds) { _ in 100 }.isEmpty)
  }

  @Test func aLineThroughARectangleIsSeen() {
    let rect = Rect(x: 10, y: 10, width: 10, height: 10)
    #expect(rect.isCrossed(from: Point(0, 0), to: Point(30, 30)))
    #expect(rect.isCrossed(from: Point(15, 0), to: Point(15, 12)))
    #expect(!rect.isCrossed(from: Point(0, 15), to: Point(9, 15)))
    #expect(!rect.isCrossed(from: Point(0, 9), to: Point(30, 9)))
    #expect(!rect.isCrossed(from: Point(10, 0), to: Point(10, 30)))
  }
}
