import Foundation
import TestSupport
import Testing

/// What the shells themselves make of the completion scripts, with the built program.
@Suite(.timeLimit(.minutes(60)))
struct CompletionTests {
    /// What is typed, and the words it can become.
    private static let cases: [(line: String, words: [String])] = [
        ("crossfade comp", ["completions"]),
        ("crossfade status re", ["rename"]),
        ("crossfade status --plans Drafts fi", ["first-draft"]),
        ("crossfade --plans Drafts advance fi", ["first-draft"]),
        ("crossfade check rename br", ["broken"]),
        ("crossfade gate rename du", ["dual_write_check"]),
        ("crossfade approve rename cont", ["contract"]),
        ("crossfade advance rename --through en", ["enforce"]),
        ("crossfade new rename_c", ["rename_column"]),
        ("crossfade verify rename --format sar", ["sarif"]),
        ("crossfade init --as appr", ["approver"]),
        ("crossfade completions z", ["zsh"]),
        ("crossfade manual his", ["history"]),
        ("crossfade dif", ["diff"]),
        ("crossfade status no-such-plan", []),
    ]

    /// Plans whose files are called otherwise, in two folders, and one that is no plan.
    private func program() throws -> Program {
        let program = try Program()
        try program.write(Program.plan(), to: "Plans/one.yaml")
        try program.write("name: [", to: "Plans/broken.yaml")
        try program.write(Program.plan().replacing("name: rename", with: "name: first-draft"), to: "Drafts/two.yml")
        return program
    }

    /// Runs a script of the shell with the lines as arguments; it prints one line of words for each.
    private func expectCompletions(_ shell: String, _ options: [String], script: String) async throws {
        let program = try program()
        try program.write(script, to: "complete")
        let result = try await Shell.run(shell, options + ["complete"] + Self.cases.map(\.line), in: program.folder)
        let answers = result.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        try #require(answers.count == Self.cases.count, "\(result.output)\(result.errors)")
        for (answer, (line, words)) in zip(answers, Self.cases) {
            #expect(answer.split(separator: " ").map(String.init) == words, "\(line): \(answer)\(result.errors)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `a shell's script is printed, with every command in it`(_ shell: String) async throws {
        let result = try await Program().run("completions", shell)
        #expect(result.status == 0)
        for command in ["rollback", "brownout", "manual"] { #expect(result.output.contains(command)) }
        #expect(!result.output.contains("cluster"))
    }

    @Test func `another shell is refused, with those there are`() async throws {
        let result = try await Program().run("completions", "tcsh")
        #expect(result.status == 64)
        #expect(result.errors.contains("bash") && result.errors.contains("fish"), "\(result.errors)")
    }

    @Test(.enabled(if: Shell.find("bash") != nil))
    func `bash completes commands, plans, phases and kinds`() async throws {
        try await expectCompletions(
            "bash",
            ["--noprofile", "--norc"],
            script: """
                source <(crossfade completions bash)
                registered=$(complete -p crossfade)
                function=${registered#*-F }
                function=${function%% *}
                for line in "$@"; do
                    read -ra COMP_WORDS <<<"$line"
                    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$line COMP_POINT=${#line} COMPREPLY=()
                    "$function" crossfade "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                    echo "${COMPREPLY[*]}"
                done
                """
        )
    }

    @Test(.enabled(if: Shell.find("zsh") != nil))
    func `zsh completes commands, plans, phases and kinds`() async throws {
        // Completion works at a terminal only: a zsh at a pseudo-terminal is typed to, and writes its line into a file. The
        // word before is taken away from what one candidate has made of the line.
        try await expectCompletions(
            "zsh",
            ["-f"],
            script: #"""
                zmodload zsh/zpty zsh/zselect
                zpty typed zsh -f -i
                zpty -w typed 'autoload -Uz compinit; compinit -u -D; source <(crossfade completions zsh); compdef _crossfade crossfade
                show() { print -r -- "$BUFFER" >answer.new; mv answer.new answer; BUFFER= }; zle -N show; bindkey "^X" show'
                for line in "$@"; do
                    zpty -w -n typed "$line"$'\t\C-x'
                    for (( tries = 0; tries < 600; tries++ )); do
                        [[ -e answer ]] && break
                        zselect -t 5
                        zpty -r -t typed ignored
                    done
                    answer=$(<answer)
                    rm answer
                    if [[ ${answer% } == $line ]]; then print; else print -r -- ${${(z)answer}[-1]}; fi
                done
                zpty -d typed
                """#
        )
    }

    @Test(.enabled(if: Shell.find("fish") != nil))
    func `fish completes commands, plans, phases and kinds`() async throws {
        try await expectCompletions(
            "fish",
            ["--no-config"],
            script: """
                # Outside a terminal fish has no cursor: it stands at the end of the word.
                function commandline
                    if contains -- -tC $argv
                        string length -- (builtin commandline -t)
                    else
                        builtin commandline $argv
                    end
                end
                crossfade completions fish | source
                for line in $argv
                    set words (complete -C "$line" | string split -f 1 \\t)
                    echo $words
                end
                """
        )
    }
}
