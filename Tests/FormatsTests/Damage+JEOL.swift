@testable import Formats

extension Damage {
  /// Every kind of file of Analysis Station.
  static let jeol = [jeolPoints, jeolMap, jeolSpectrum, jeolProject, jeolPreview]

  /// Frames that were cut off are left out with a word.
  private static let jeolPoints: Damage = {
    let rows = (0..<4).map { y in (y: y, visits: (0..<4).map { JEOLFileBuilder.Visit(x: $0, channels: [y, 300], image: 9) }) }
    let words = JEOLFileBuilder.words(rows + rows, step: 1024)
    return Damage(
      reader: "jeol", name: "a.pts", bytes: JEOLFileBuilder.points(width: 4, height: 4, words: words), spare: 2 * words.count)
  }()
  private static let jeolImage = JEOLFileBuilder.image(
    "Fe K", width: 4, height: 3, bits: Array(0..<12),
    extra: [JEOLFileBuilder.array("Bits16", type: 7, (0..<12).flatMap { little($0 * 100, 2) })])
  private static let jeolMap = Damage(reader: "jeol", name: "a.map", bytes: jeolImage, spare: 1)
  private static let jeolSpectrum = Damage(
    reader: "jeol", name: "a.eds", bytes: JEOLFileBuilder.spectrum("a", Array(0..<64), footer: JEOLFileBuilder.footer),
    spare: JEOLFileBuilder.footer.count)
  private static let jeolProject = Damage(
    reader: "jeol", name: "p.asw", bytes: JEOLFileBuilder.project([(memo: "view", files: [#".\a.map"#])]),
    companion: ("a.map", jeolImage), spare: 1)
  private static let jeolPreview = Damage(
    reader: "jeol", name: "a.apb", bytes: JEOLFileBuilder.preview(width: 3, height: 2, frames: 2))
}
