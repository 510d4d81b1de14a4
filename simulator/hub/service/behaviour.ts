// A service is a list of behaviours that are tried in order. A fault is one more at its head (model: zwave-js's mock nodes).

/** Answers `question`, or returns undefined: then the next behaviour is tried. */
export type Behaviour<Question, State, Answer> = (
  question: Question,
  state: State,
) => Answer | undefined | Promise<Answer | undefined>;

/** The first answer of a behaviour; undefined if none answers. */
export async function firstAnswer<Question, State, Answer>(
  behaviours: readonly Behaviour<Question, State, Answer>[],
  question: Question,
  state: State,
): Promise<Answer | undefined> {
  for (const behaviour of behaviours) {
    const answer = await behaviour(question, state);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
