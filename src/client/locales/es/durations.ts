export const lasted = (minutes: number): string => {
  if (minutes < 1) return 'menos de 1 min';
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h y ${minutes % 60} min`;
};
