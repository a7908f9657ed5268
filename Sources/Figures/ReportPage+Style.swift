extension ReportPage {
  /// Light and dark, wide and narrow. Pictures take their colours from here, so that their lines are seen on both grounds.
  static let style: String = {
    let light = Theme.variables.sorted { $0.value < $1.value }.map { value, name in
      "\(name):#\(NumberText.hexadecimal(value))"
    }.joined(separator: ";")
    return """
      :root{\(light);--page:#f6f7f9;--link:#0b5fa5;--tag:#e7ebf0}
      @media (prefers-color-scheme:dark){:root{--paper:#171b21;--ink:#e3e7ec;--pencil:#9aa5b1;--rule:#333b45;--page:#0e1116;\
      --link:#6cb4f5;--tag:#262d36;--series-1:#4ba6ea;--series-2:#f08a45;--series-3:#3cc79c;--series-4:#dc84c6;\
      --series-5:#cfae35;--series-6:#79c6f0;--series-7:#ac88ec;--series-8:#a3adb9}}
      *{box-sizing:border-box}
      html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth}
      body{margin:0 auto;padding:1rem;max-width:72rem;background:var(--page);color:var(--ink);\
      font:1rem/1.5 "DejaVu Sans",system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
      h1{font-size:1.6rem;line-height:1.2;margin:.2rem 0}
      h2{font-size:1.3rem;margin:0 0 .6rem}
      h3{font-size:1.08rem;margin:0 0 .5rem}
      h4{font-size:.95rem;margin:.9rem 0 .3rem}
      h2 a,h3 a,h4 a{color:inherit;text-decoration:none}
      h2 a:hover,h3 a:hover{text-decoration:underline}
      a{color:var(--link)}
      .subtitle,.note,footer{color:var(--pencil);font-size:.9rem}
      nav,section{background:var(--paper);border:1px solid var(--rule);border-radius:.6rem;padding:.9rem 1rem;margin:1rem 0}
      section.level-3{margin-left:0}
      nav ul{margin:.3rem 0;padding-left:1.2rem;columns:auto 18rem}
      nav ul ul{columns:auto}
      nav li{break-inside:avoid;margin:.15rem 0}
      .tag{background:var(--tag);color:var(--pencil);border-radius:.4rem;padding:.05rem .4rem;font-size:.78rem;font-weight:400}
      summary{cursor:pointer;font-weight:600;font-size:.95rem}
      .pictures{display:flex;flex-wrap:wrap;gap:.8rem;margin:.6rem 0}
      figure{margin:0;min-width:0;flex:0 1 auto;width:min(100%,var(--w))}
      .pictures figure:only-child{width:min(100%,calc(var(--w)*1.5))}
      .text{font-size:.86rem;white-space:pre-wrap;margin:.3rem 0}
      figure svg{display:block;width:100%;height:auto;font-family:"DejaVu Sans",Verdana,system-ui,sans-serif}
      .sharp{image-rendering:pixelated}
      figcaption{color:var(--pencil);font-size:.85rem;margin-top:.2rem}
      .scroll{overflow:auto;max-width:100%;max-height:26rem;margin:.6rem 0}
      thead th{position:sticky;top:0;background:var(--paper)}
      table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums}
      caption{text-align:left;font-weight:600;padding:.2rem 0}
      th,td{padding:.25rem .5rem;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top;\
      overflow-wrap:normal;white-space:nowrap}
      td{white-space:normal}
      .number{text-align:right;white-space:nowrap;min-width:0}
      dl{margin:.4rem 0;font-size:.86rem}
      dl div{display:grid;grid-template-columns:minmax(6rem,11rem) minmax(0,1fr);gap:.8rem;padding:.12rem 0}
      dt{color:var(--pencil)}
      dd{margin:0;white-space:pre-wrap}
      details.facts{margin-top:.6rem}
      @media (max-width:34rem){body{padding:.6rem}nav,section{padding:.7rem .7rem}th,td{padding:.2rem .35rem}\
      dl div{grid-template-columns:minmax(5rem,7rem) minmax(0,1fr);gap:.5rem}}
      @media print{nav{display:none}section{border:0;padding:0}.scroll{max-height:none}}
      """
  }()
}
