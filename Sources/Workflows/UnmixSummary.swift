import Decomposition
import Store

/// The table at the end of an unmixing, made of the results of its steps.
struct UnmixSummary {
  let recipe: UnmixRecipe
  private let columns: [TableColumn]
  private let phases: [TableColumn]

  private static func phases(_ recipe: UnmixRecipe) -> [String] { ["matrix"] + recipe.precipitates.map(\.name) }

  /// The results that it is made of.
  static func parts(_ recipe: UnmixRecipe) -> [String] {
    (phases(recipe).flatMap { [$0, "\($0)-composition"] } + ["abundances"]).map { "\(recipe.name)-\($0)" }
  }

  init(_ recipe: UnmixRecipe, _ holder: any ResultHolder) throws {
    self.recipe = recipe
    let names = Self.phases(recipe)
    var owners: [String] = []
    var all: [TableColumn] = []
    for name in names {
      let table = try holder.result("\(recipe.name)-\(name)-composition").table("composition")
      owners += Array(repeating: name, count: table.first?.values.count ?? 0)
      if all.isEmpty {
        all = table
      } else {
        for (index, column) in table.enumerated() where index < all.count { all[index].append(column) }
      }
    }
    columns = [TableColumn("phase", texts: owners)] + all
    let mixtures = try holder.result("\(recipe.name)-abundances").table("components")
    let results = try names.map { try holder.result("\(recipe.name)-\($0)") }
    phases =
      [
        TableColumn("phase", texts: names),
        TableColumn("component", numbers: [Double(recipe.matrix ?? 0)] + recipe.precipitates.map { Double($0.component) }),
        TableColumn("lacks", texts: [""] + recipe.precipitates.map(\.lacks)),
        TableColumn("pixels", numbers: try results.map { try $0.scalar("pixels") ?? .nan }),
        TableColumn("scale", numbers: try results.map { try $0.scalar("scale") ?? .nan }),
        TableColumn("scale_deviation", numbers: try results.map { try $0.scalar("scale_deviation") ?? .nan }),
      ] + mixtures.filter { $0.name != "spectrum" }
  }

  func fill(_ result: ResultBuilder) throws {
    try result.table("composition", columns)
    try result.table("phases", phases)
    try result.text("recipe", try recipe.json)
  }
}

extension UnmixPhases: RepeatableResult {
  static func again(
    _ made: Provenance, for holder: any ResultHolder, _ resources: Resources, _ observer: Observer
  ) throws -> (ResultBuilder) throws -> Void {
    let recipe = try made.repeatable(UnmixRecipe.self, of: holder.path)
    return { try UnmixSummary(recipe, holder).fill($0) }
  }
}

extension TableColumn {
  /// Adds the rows of a column of the same kind.
  fileprivate mutating func append(_ other: TableColumn) {
    switch (values, other.values) {
    case (.numbers(let own), .numbers(let more)): values = .numbers(own + more)
    case (.texts(let own), .texts(let more)): values = .texts(own + more)
    default: break
    }
  }
}
