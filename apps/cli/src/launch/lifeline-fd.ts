/** The file descriptor under which a launched program finds its end of the lifeline. */
export const LIFELINE_FD = 3;
