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
        #expect(!place.rect.isCrossed(from: other.leader[0], to: other.leader[1]))
        #expect(!other.rect.isCrossed(from: place.leader[0], to: place.leader[1]))
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
    #expect(places.count { $0 != nil } >= min(count, 6))
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
