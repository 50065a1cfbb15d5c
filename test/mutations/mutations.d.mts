/** One way to break what keeps money safe, and the test that must notice. */
export interface Mutation {
  name: string;
  /** What stands exactly once in `file` is replaced. */
  file: string;
  find: string;
  replace: string;
  test: { file: string; name: string };
}

export declare const mutations: readonly Mutation[];
