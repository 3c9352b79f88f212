/** What a list of runs or releases says about one of them. `unclear` is no answer, with the reason as a clause. */
export type Found =
  | { readonly kind: 'found'; readonly reference: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly why: string }
