/** Lines of Markdown, and of Python. */
export interface Instructions {
  introduction: string[];
  imports: string[];
  loading: string[];
}
