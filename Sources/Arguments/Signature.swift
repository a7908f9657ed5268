/// Everything a command declares, in order.
struct Signature {
  var arguments: [Declaration] = []
  var options: [Declaration] = []

  static var help: Declaration { Flag("Show this help.", short: "h").named("help") }

  init(of command: any Command) {
    collect(command, section: nil)
    options.append(Self.help)
  }

  /// The arguments and named options for the properties of a command, its groups included.
  private mutating func collect(_ holder: Any, section: String?) {
    for child in Mirror(reflecting: holder).children {
      if let group = child.value as? any ArgumentGroup {
        collect(group, section: type(of: group).title ?? section)
      } else if let declaring = child.value as? any Declaring {
        var declaration = declaring.named(String((child.label ?? "").drop { $0 == "_" }))
        declaration.section = section
        if declaration.kind == .argument {
          arguments.append(declaration)
        } else {
          options.append(declaration)
        }
      }
    }
    precondition(arguments.count(where: \.repeats) <= 1, "only one argument of a command can be repeated")
  }

  /// The usage line after the command's name: arguments, required options, then the rest in brackets.
  var usage: [String] {
    arguments.map { $0.isRequired ? $0.usage : "[\($0.usage)]" }
      + options.filter(\.isRequired).map(\.usage)
      + (options.count(where: { !$0.isRequired }) > 1 ? ["[OPTIONS]"] : [])
  }
}

extension Declaring {
  /// The declaration with what it left to the name of its property.
  func named(_ property: String) -> Declaration {
    var declaration = declaration
    let kebab = property.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) }
    if declaration.name.isEmpty { declaration.name = kebab }
    if declaration.placeholder.isEmpty {
      declaration.placeholder =
        (declaration.kind == .argument ? kebab : declaration.name)
        .split(separator: "-").last?.uppercased() ?? ""
    }
    return declaration
  }
}
