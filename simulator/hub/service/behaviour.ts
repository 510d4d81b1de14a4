// A service is a list of behaviours tried in order; a fault is one more at its head (the model: zwave-js's mock nodes).

/** Answers `question`, or returns undefined to let the next behaviour try. */
export type Behaviour<Question, State, Answer> = (
  question: Question,
  state: State,
) => Answer | undefined | Promise<Answer | undefined>;

/** The first answer that a behaviour gives; undefined where none does. */
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
