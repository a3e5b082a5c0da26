/** How long something took. */
export const lasted = (minutes: number): string => {
  if (minutes < 1) return 'less than 1 min';
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
