import Testing

@testable import Arguments

@Suite struct UsageErrorTests {
  @Test func unknownOption() {
    #expect(
      sample.refusal("fit", "a", "-k", "3", "--tolerence", "1") == """
        sample fit: there is no option --tolerence
        Did you mean --tolerance?
        """)
    #expect(
      sample.refusal("fit", "a", "-k", "3", "--quux") == """
        sample fit: there is no option --quux
        'sample fit --help' shows what is possible.
        """)
  }

  @Test func unknownCommand() {
    #expect(
      sample.refusal("fti") == """
        sample: there is no command 'fti'
        Did you mean fit?
        """)
    #expect(
      sample.refusal("bake") == """
        sample: there is no command 'bake'
        The commands are fit, series, copy, simulate, completions.
        """)
    #expect(
      sample.refusal("simulate", "minerals") == """
        sample simulate: there is no command 'minerals'
        Did you mean mineral?
        """)
    #expect(
      sample.refusal("--versoin") == """
        sample: there is no option --versoin here
        Did you mean --version?
        """)
  }

  @Test func values() {
    let see = "'sample fit --help' shows what is possible."
    #expect(
      sample.refusal("fit", "a", "-k", "many") == """
        sample fit: --components cannot be 'many': give a whole number, from 1 to 64
        \(see)
        """)
    #expect(
      sample.refusal("fit", "a", "-k", "65") == """
        sample fit: --components cannot be '65': give a whole number, from 1 to 64
        \(see)
        """)
    #expect(
      sample.refusal("fit", "a", "-k", "3", "--loss", "frobenus") == """
        sample fit: --loss cannot be 'frobenus': give one of kl, frobenius, poisson-scaled
        Did you mean frobenius?
        """)
    #expect(
      sample.refusal("fit", "a", "-k", "3", "--tolerance=0") == """
        sample fit: --tolerance cannot be '0': give a number, above 0
        \(see)
        """)
    #expect(
      sample.refusal("fit", "a", "-k", "3", "--memory", "lots") == """
        sample fit: --memory cannot be 'lots': give a size such as 512M, 2G or 64K
        \(see)
        """)
    #expect(
      sample.refusal("completions", "powershell") == """
        sample completions: SHELL cannot be 'powershell': give one of bash, zsh, fish
        'sample completions --help' shows what is possible.
        """)
  }

  @Test func missingAndSuperfluous() {
    #expect(sample.refusal("fit")?.contains("FILE is missing: the file to work on") == true)
    #expect(
      sample.refusal("fit", "a")?.contains("--components is missing: how many components to find") == true)
    #expect(sample.refusal("series", "f", "n")?.contains("MAP is missing: a map of the series") == true)
    #expect(sample.refusal("copy", "a")?.contains("is missing") == true)
    #expect(sample.refusal("fit", "a", "b", "c", "-k", "1")?.contains("'c' is one argument too many") == true)
    #expect(sample.refusal("fit", "a", "-k")?.contains("--components needs a value: a whole number") == true)
    #expect(sample.refusal("fit", "a", "-k", "--json")?.contains("--components needs a value") == true)
    #expect(sample.refusal("fit", "a", "--json=yes", "-k", "1")?.contains("--json is a switch") == true)
    #expect(
      sample.refusal("fit", "a", "-k", "1", "-k", "2")?.contains("--components was given twice") == true)
    #expect(sample.refusal("fit", "", "-k", "1")?.contains("FILE cannot be ''") == true)
  }

  @Test func combinations() {
    #expect(
      sample.refusal("fit", "a", "-k", "13") == "sample fit: --components cannot be 13 today\nTry 12.")
  }
}
