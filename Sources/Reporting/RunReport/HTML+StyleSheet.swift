extension HTML {
    /// How a record looks: on a wide screen and a narrow one, by day and by night, and on paper.
    ///
    /// What is wide scrolls in its own box, so that the page itself never does.
    static let styleSheet: HTML = """
        :root { color-scheme: light dark; --ink: #1c2128; --faint: #57606a; --paper: #ffffff; --wash: #f6f8fa; --line: #d0d7de;
          --good: #116329; --bad: #a40e26; --caution: #7d4e00; --link: #0550ae; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6edf3; --faint: #9da7b3; --paper: #0d1117; --wash: #161b22; --line: #3d444d;
            --good: #56d364; --bad: #ff7b72; --caution: #e3b341; --link: #79c0ff; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
        header, main { max-width: 78rem; margin: 0 auto; }
        h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; }
        h1 { margin: .5rem 0 0; font-size: 1.75rem; }
        h2 { margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); font-size: 1.25rem; }
        h3 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
        p, dd, summary { overflow-wrap: anywhere; }
        .summary { margin: .25rem 0 1rem; font-size: 1.125rem; color: var(--faint); }
        code { font: .9em/1.4 ui-monospace, monospace; white-space: pre-wrap; }
        a { color: var(--link); }
        dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.5rem; margin: 1rem 0; }
        dt { color: var(--faint); }
        dd { margin: 0; }
        ul { margin: 0; padding: 0; list-style: none; }
        .scroll { overflow-x: auto; margin: .75rem 0; border: 1px solid var(--line); border-radius: .375rem; }
        table { width: 100%; min-width: 56rem; border-collapse: collapse; font-size: .875rem; }
        th, td { padding: .4rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
        th { background: var(--wash); white-space: nowrap; }
        tbody tr:last-child td { border-bottom: 0; }
        td { white-space: pre-line; overflow-wrap: break-word; }
        td:first-child { min-width: 9rem; }
        td ul { white-space: normal; }
        td li { white-space: pre-line; }
        time { white-space: nowrap; }
        .good { color: var(--good); }
        .bad { color: var(--bad); font-weight: 600; }
        .caution { color: var(--caution); }
        details { margin: .5rem 0; }
        summary { cursor: pointer; padding: .25rem 0; }
        pre { overflow-x: auto; margin: .5rem 0; padding: .75rem; background: var(--wash); border: 1px solid var(--line);
          border-radius: .375rem; tab-size: 4; }
        pre code { white-space: pre; }
        figure { max-width: 60rem; margin: 1.5rem 0; }
        svg { display: block; width: 100%; min-width: 36rem; height: auto; }
        svg text { fill: var(--faint); font: 12px system-ui, sans-serif; }
        svg .grid { stroke: var(--line); }
        svg .area { fill: var(--link); fill-opacity: .3; stroke: var(--link); stroke-linejoin: round; }
        figcaption { color: var(--faint); font-size: .875rem; overflow-wrap: anywhere; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        @media (max-width: 40rem) {
          dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
          dd { margin-bottom: .5rem; }
          h1 { font-size: 1.375rem; }
        }
        @media print {
          :root { color-scheme: light; --ink: #000000; --faint: #444444; --paper: #ffffff; --wash: #ffffff; --line: #999999;
            --good: #000000; --bad: #000000; --caution: #000000; --link: #000000; }
          body { padding: 0; font-size: 9pt; }
          .scroll, pre { overflow: visible; }
          table { min-width: 0; font-size: 7.5pt; }
          pre code { white-space: pre-wrap; overflow-wrap: anywhere; }
          td, td code { overflow-wrap: anywhere; }
          time { white-space: normal; }
          tr, figure { break-inside: avoid; }
          h2, h3, summary { break-after: avoid; }
          details::details-content { content-visibility: visible; block-size: auto; }
        }
        """
}
